"""Strict YAML: every refusal names its line and what to do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.exchange import lines
from recommendations.exchange.lines import Mapping, Sequence, Text, Wrong


def wrong(content):
    with pytest.raises(Wrong) as caught:
        lines.parse(content if isinstance(content, bytes) else content.encode())
    return caught.value


def test_scalars_stay_as_written():
    found = lines.parse(b"\xef\xbb\xbfa: no\nb:\n  - 2019-06\n  - '1'\n")
    assert found == Mapping(
        1, {"a": Text(1, "no"), "b": Sequence(3, (Text(3, "2019-06"), Text(4, "1")))}, {"a": 1, "b": 2}
    )


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("", 1, "The file is empty"),
        ("# only a comment\n", 1, "The file is empty"),
        ("a: 1\nb: [1\n", 3, "not valid YAML"),
        ("a: 1\n b: 2\n", 2, "not valid YAML: mapping values are not allowed here"),
        ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
        ("a: 1\nb: \x01\n", 2, "a character that YAML does not allow"),
        ("a: &x [1]\n", 1, "Anchors (&) and aliases (*) are not allowed"),
        ("a: 1\nb: *x\n", 2, "Anchors (&) and aliases (*) are not allowed"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "Tags (!) are not allowed"),
        ("a: 1\nb: 2\na: 3\n", 3, "“a” stands here a second time (first in line 1)"),
        ("a: 1\n[x]: 2\n", 2, "A key must be a word"),
        ("a: 1\n---\nb: 2\n", 2, "more than one document"),
        ("a: " + "[" * 20 + "]" * 20, 1, "nested too deeply"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        (b"#" * (lines.LARGEST + 1), 1, "larger than 1048576 bytes"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(content, line, words):
    problem = wrong(content)
    assert problem.line == line
    assert words in problem.detail


def test_bomb_is_refused_before_it_grows():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    assert "aliases" in wrong(bomb).detail


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_file_is_read_or_refused(content):
    try:
        lines.parse(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    except Wrong as problem:
        assert problem.line >= 1  # noqa: PT017
