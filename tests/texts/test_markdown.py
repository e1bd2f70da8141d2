"""Markdown as HTML: what people need, and nothing that could harm who reads it."""

import math
import re
from html.parser import HTMLParser

import pytest

from recommendations.texts.markdown import rendered
from tests.proportion import grows_in_proportion

ALLOWED = {"a": {"href", "title", "rel"}, "ol": {"start"}, "span": {"class"}}


class Strict(HTMLParser):
    """Complains about any tag or attribute that is not expected."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.said = ""

    def handle_starttag(self, tag, attrs):
        assert tag in {
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "s",
            "span",
            "strong",
            "ul",
        }
        for name, value in attrs:
            assert name in ALLOWED.get(tag, ()), (tag, name)
            if name == "href":
                assert re.match(r"https?://|mailto:", value, re.IGNORECASE), value
            if name == "class":
                assert value == "mention"

    def handle_data(self, data):
        self.said += data


def read(html):
    reader = Strict()
    reader.feed(html)
    reader.close()
    return reader.said


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Seen **twice**, _once_, ~~never~~.", "<p>Seen <strong>twice</strong>, <em>once</em>, <s>never</s>.</p>\n"),
        ("a\nb", "<p>a<br>\nb</p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>\n"),
        ("`x < y`", "<p><code>x &lt; y</code></p>\n"),
        ("```js\nx\n```", "<pre><code>x\n</code></pre>\n"),
        ("# Big\n\nSmall\n===", "<p><strong>Big</strong></p>\n<p><strong>Small</strong></p>\n"),
        (
            "[decree](https://example.org/7 'Decree')",
            '<p><a href="https://example.org/7" title="Decree" rel="nofollow noreferrer ugc">decree</a></p>\n',
        ),
        (
            "<mailto:a@example.org>",
            '<p><a href="mailto:a@example.org" rel="nofollow noreferrer ugc">mailto:a@example.org</a></p>\n',
        ),
    ],
)
def test_what_people_need(text, html):
    assert rendered(text) == html


def test_mentions_are_shown_where_they_stand_and_not_in_code_or_links():
    said = rendered("@Ann Lee, see `@Ann Lee` and **@ann lee**; @Bob", names=["Ann Lee"])
    assert said.count('<span class="mention">') == 2
    assert '<strong><span class="mention">@ann lee</span></strong>' in said
    assert "<code>@Ann Lee</code>" in said
    assert read(said) == "@Ann Lee, see @Ann Lee and @ann lee; @Bob\n"


def test_a_name_is_a_text_and_no_tag():
    said = rendered("@<img src=x onerror=alert(1)> B", names=["<img src=x onerror=alert(1)> B"])
    assert "<img" not in said
    assert '<span class="mention">@&lt;img' in said


HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    "<style>*{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "<!-- --><b onmouseover=alert(1)>x</b>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](data:image/png;base64,AAAA)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/account/logout/)",
    "[x](http:javascript)",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x](https://example.org "a\\" onmouseover=\\"alert(1)")',
    '[x](https://example.org/"onmouseover=alert(1))',
    '[x](<https://example.org/"><script>alert(1)</script>>)',
    "```<script>\n</script>\n```",
    '<span class="masthead" style="position:fixed">x</span>',
    '<span class="mention">@Ann</span>',
    "</p></li></ol></main><h1>x</h1>",
    "[a](https://example.org/\u202egnp.exe)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_input_stays_text(text):
    html = rendered(text, names=["Ann"])
    read(html)
    assert html.count("<a ") <= 1
    assert "<script" not in html.lower()


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "[x](data:text/html,x)", "[x](//evil.example)"])
def test_a_link_that_may_not_be_is_shown_as_it_was_typed(text):
    assert read(rendered(text)) == f"{text}\n"


def test_controls_of_direction_are_left_out():
    assert rendered("paid\u202e001\u202c, \u2066x\u2069, \u200fок") == "<p>paid001, x, \u200fок</p>\n"


FLOODS = {  # of about so many characters
    "open brackets": lambda size: "[" * size,
    "brackets": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "links": lambda size: "[a](" * (size // 4),
    "nested quotes": lambda size: "> " * (size // 2),
    "nested lists": lambda size: "- " * (size // 2),
    "stairs": lambda size: "\n".join("  " * step + "- a" for step in range(math.isqrt(size))),
    "stars": lambda size: "*" * size,
    "emphasis": lambda size: "_a **b " * (size // 7),
    "backticks": lambda size: "".join("`" * run + " " for run in range(1, math.isqrt(2 * size))),
    "angles": lambda size: "<" * size,
    "tags": lambda size: "<a " * (size // 3),
    "images": lambda size: "![" * (size // 2),
    "entities": lambda size: "&" * size,
    "definitions": lambda size: "[a]: \n" * (size // 6),
    "at": lambda size: "@" * size,
}


@pytest.mark.uncounted
@pytest.mark.parametrize("name", FLOODS)
def test_floods_take_time_in_proportion(name):
    assert grows_in_proportion(lambda text: read(rendered(text, names=["Ann"])), FLOODS[name], 1_000)
