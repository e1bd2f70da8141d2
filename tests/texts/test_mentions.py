"""Names after an @: longest, whole, without case, in linear time."""

import time

import pytest

from recommendations.texts import mentions


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        ("Ask @Ann Lee, please", ["Ann Lee"], ["@Ann Lee"]),
        ("Ask @ANN lee's team", ["Ann Lee"], ["@ANN lee"]),
        ("@Ann Lee-Smith came", ["Ann", "Ann Lee", "Ann Lee-Smith"], ["@Ann Lee-Smith"]),
        ("@Ann Leeson came", ["Ann Lee"], []),
        ("@Ann Leeson came", ["Ann", "Ann Lee"], ["@Ann"]),
        ("@Anna", ["Ann"], []),
        ("ann@Ann.example and @Ann", ["Ann"], ["@Ann"]),
        ("@@Ann", ["Ann"], ["@Ann"]),
        ("(@Пётр Ильич)", ["пётр ильич"], ["@Пётр Ильич"]),
        ("@Ann\nLee and @Ann\u00a0Lee", ["Ann  Lee"], ["@Ann\nLee", "@Ann\u00a0Lee"]),
        ("ß @STRASSE Maße @Straße ß", ["Straße"], ["@STRASSE", "@Straße"]),
        ("@O'Neil (A.) and @O'Neil (A.)x", ["O'Neil (A.)"], ["@O'Neil (A.)", "@O'Neil (A.)"]),
        ("@", ["Ann", ""], []),
        ("no one", ["Ann"], []),
        ("@Ann", [], []),
    ],
)
def test_find(text, names, found):
    assert [text[m.start : m.end] for m in mentions.find(text, names)] == found


def test_find_names_by_key():
    assert [m.key for m in mentions.find("@ANN  @Ann", ["Ann"])] == ["ann", "ann"]
    assert mentions.key("  Ann \t LEE ") == "ann lee"


@pytest.mark.parametrize("text", ["@" * 20_000, "@Ann" * 5_000, "@ann " * 4_000, "@" + "a" * 20_000, "a@" * 10_000])
def test_find_is_quick_for_whatever_is_typed(text):
    names = [f"Ann {n}" for n in range(300)] + [f"Person {n}" for n in range(5_000)]
    began = time.process_time()
    assert mentions.find(text, names) == []
    assert time.process_time() - began < 3
