"""References as BibTeX writes them: every special sign as a command, letters of all scripts as they are."""

import pytest

from recommendations.texts import bibtex


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Фонд поддержки", "Фонд поддержки"),
        ("50 % & more_$#", r"50 \% \& more\_\$\#"),
        ("a{b}c", r"a\textbraceleft{}b\textbraceright{}c"),
        ("\\input~x^2", r"\textbackslash{}input\textasciitilde{}x\textasciicircum{}2"),
        ("a < b | c > d", r"a \textless{} b \textbar{} c \textgreater{} d"),
        ("two\nlines\tof  it", "two lines of it"),
    ],
)
def test_signs_that_mean_something_to_tex_are_commands(text, written):
    assert bibtex.escape(text) == written


def test_an_entry_leaves_out_what_is_empty_and_keeps_addresses():
    made = bibtex.entry("misc", "RB-01", {"title": "A {B", "note": "", "url": "https://example.org/?a=1%20_"})
    assert made == "@misc{RB-01,\n  title = {{A \\textbraceleft{}B}},\n  url = {https://example.org/?a=1%20_},\n}\n"
    assert made.count("{") == made.count("}")
