"""The checker of pages sees what it has to see."""

import pytest

from tests.web.markup import faults

GOOD = '<main><h1 id="a">Title</h1><label for="b">B</label><input id="b" aria-describedby="a"/><h2>Part</h2></main>'


def test_nothing_is_wrong_with_a_good_page():
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ('<p style="color: red">x</p>', "<p style>"),
        ('<a onclick="x()">x</a>', "<a onclick>"),
        ("<script>x()</script>", "inline <script>"),
        ("<style>p {}</style>", "inline <style>"),
        ('<a href="JavaScript:x()">x</a>', "JavaScript:x()"),
        ("<p><ul></ul></p>", "<ul> inside of ['p']"),
        ("<div><b></div>", "</div> closes ['b'] in ['div', 'b']"),
        ("<div>", "<div> stays open"),
        ('<i id="a"></i>', "id a twice"),
        ('<label for="z">z</label>', "nothing has the id z"),
        ("<h1>Second</h1>", "2 h1"),
        ("<h4>Deep</h4>", "h4 follows h2"),
        ('<i class="a" class="b"></i>', "<i> has an attribute twice: [('class', 'a'), ('class', 'b')]"),
    ],
)
def test_each_fault_is_named(bad, said):
    assert said in faults(GOOD + bad)
