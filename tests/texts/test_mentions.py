"""Names after an @: longest, whole, without case, in linear time."""

import pytest

from recommendations.texts import mentions
from tests.proportion import grows_in_proportion


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


@pytest.mark.uncounted
@pytest.mark.parametrize(("before", "piece"), [("", "@"), ("", "@Ann"), ("", "@ann "), ("@", "a"), ("", "a@")])
def test_whatever_is_typed_takes_time_in_proportion(before, piece):
    names = [f"Ann {n}" for n in range(300)] + [f"Person {n}" for n in range(5_000)]

    def search(text):
        assert mentions.find(text, names) == []

    assert grows_in_proportion(search, lambda size: before + piece * (size // len(piece)), 1_000)
