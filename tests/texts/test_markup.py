"""HTML to paragraphs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommendations.texts import markup
from tests.proportion import grows_in_proportion

PAGE = """<!DOCTYPE html>
<html><head><title>Dropped</title><style>p {}</style></head>
<body><nav><ul><li>Menu</li></ul></nav>
<header><h1>The <em>title</em></h1></header>
<aside>Read also <p>this</aside>
<p>One&nbsp;sentence
   over two&#32;lines.<br>And a <a href="/">link</a>.</p>
<script>if (a < b) { document.write("<p>no</p>") }</script>
<ul><li>first<li>second</ul>
<table><tr><td>cell</td><td>other</td></tr></table>
<pre>kept
lines</pre>
<p>soft&shy;ened</p><img/><svg/><hr/>
</body></html>"""


def test_blocks_become_paragraphs():
    page = markup.extract(PAGE)
    assert page.text.split("\n\n") == [
        "The title",
        "One sentence over two lines.\nAnd a link.",
        "first",
        "second",
        "cell",
        "other",
        "kept\nlines",
        "softened",
    ]
    assert page.headings == {0}


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>a<!-- x --!>b<!-- never closed", "ab"),
        ("<p>a<![CDATA[b]]>c", "ac"),
        ("<p>a<!bogus>b<!unclosed", "ab"),
        ("<p>a<?php echo ?>b", "ab"),
        ("<p>a <b", "a <b"),
        ("<nav>gone<nav>gone</nav>gone<p>gone</p></nav>stays", "stays"),
        ("<nav>open", ""),
        ("</p></div>a", "a"),
        ("<p>a<script/>b</p>", "ab"),
    ],
)
def test_broken_markup_is_read_as_a_browser_would(page, text):
    assert markup.extract(page).text == text


@given(st.text(alphabet="<>/!-[]?&;=\"' apbr\n", max_size=200))
def test_any_markup_is_read(page):
    text = markup.extract(page).text
    assert "\n\n\n" not in text
    assert text == text.strip()


@pytest.mark.parametrize("piece", ["<!--", "<a ", "<![", "</a", "<p>", "<nav>", "&", "<a b='"])
def test_hostile_markup_takes_time_in_proportion(piece):
    assert grows_in_proportion(markup.extract, lambda size: "<html>" + piece * (size // len(piece)), 4_000)
