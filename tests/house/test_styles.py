"""Styles are made of tokens, and nothing is left that no page has: no class, no template, no file."""

import re
from functools import cache
from pathlib import Path

import pytest

from recommendations.rules.lifecycle import Status
from recommendations.web.styleguide import palette

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "recommendations/static/recommendations"
TEMPLATES = ROOT / "templates"
TOKENS = STATIC / "tokens.css"
GUIDE = {STATIC / "styleguide.css", *(TEMPLATES / "styleguide").iterdir()}  # shows everything, and uses nothing up
SHEETS = sorted({*STATIC.glob("*.css")} - {TOKENS, STATIC / "mail.css"})  # mails carry their styles with them
RAW = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(|:\s*(?:black|white)\b|font(?:-size)?:[^;]*\d(?:px|pt|rem)")
OF_OTHERS = ("account", "admin", "allauth", "mfa")  # in the place of templates of packages, which ask for them
GIVEN = {"errorlist", "helptext"}  # by Django's own forms, on allauth's pages


def plain(sheet):
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_colours_and_sizes_of_type_are_tokens(sheet):
    assert [line.strip() for line in plain(sheet).splitlines() if RAW.search(line)] == []


def test_every_token_is_there_and_is_used():
    texts = {sheet: plain(sheet) for sheet in (*SHEETS, TOKENS)}
    written = {name for text in texts.values() for name in re.findall(r"--([\w-]+):", text)}
    used = {name for text in texts.values() for name in re.findall(r"var\(--([\w-]+)", text)}
    assert used - written == set()
    assert {name for name in written - used if not name.startswith("pico")} == set()


@cache
def sources():
    """Return all that writes markup: templates, Python, scripts."""
    found = [*TEMPLATES.rglob("*.*"), *(ROOT / "relations").rglob("*.py"), *STATIC.glob("*.js")]
    found += [path for path in (ROOT / "recommendations").rglob("*.py") if "migrations" not in path.parts]
    return "\n".join(path.read_text() for path in found if path not in GUIDE)


def is_written(name, text):
    """Tell whether a name occurs as a word, or is put together from its beginning: `status-{{ value }}`."""
    beginnings = [name[: place + 1] for place, letter in enumerate(name) if letter == "-"]
    return bool(re.search(rf"(?<![\w-]){name}(?![\w-])", text)) or any(f"{each}{{" in text for each in beginnings)


def test_every_class_with_a_style_is_on_a_page():
    guide = "\n".join(path.read_text() for path in GUIDE)
    unused = [
        f"{sheet.name}: .{name}"
        for sheet in SHEETS
        for name in sorted({*re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}|url\([^)]*\)", "{}", plain(sheet)))})
        if name not in GIVEN and not is_written(name, guide if sheet in GUIDE else sources())
    ]
    assert unused == []


def test_every_template_is_asked_for():
    text = sources() + "\n".join(path.read_text() for path in GUIDE)
    unused = []
    for path in sorted(TEMPLATES.rglob("*.*")):
        name = path.relative_to(TEMPLATES)
        is_built = f'"{name.parent}/{{' in text and is_written(name.stem, text)  # tracking/{kind}.html
        is_asked = f'"{name}"' in text or f'"{name.with_suffix("")}' in text or is_built
        if name.parts[0] not in OF_OTHERS and not name.stem.isdigit() and not is_asked:
            unused.append(str(name))
    assert unused == ["403_csrf.html"]  # Django itself asks for it


def test_every_static_file_is_asked_for():
    text = sources() + "\n".join(path.read_text() for path in (*GUIDE, *SHEETS))
    ours = [path for path in STATIC.rglob("*") if path.is_file() and "vendor" not in path.parts]
    assert [path.name for path in ours if str(path.relative_to(STATIC)) not in text] == []


WORDS = ("ink", "ink-2", "link", "link-hover", "good", "bad", "warn", "unlooked", "none", "way", "back", "past")


def test_text_can_be_read_in_both_schemes():
    for scheme in palette.tokens():
        papers = {name: value for name, value in scheme.items() if name in {"paper", "paper-2"}}
        weak = [
            f"{name} on {paper}"
            for name in WORDS
            for paper, value in papers.items()
            if palette.contrast(scheme[name], value) < 4.5
        ]
        assert weak == []
        for name in ("none", "way", "back", "past", "unlooked", "warn", "bad"):
            assert palette.contrast(scheme[name], scheme[f"{name}-tint"]) >= 4.5, name


def test_contrast_is_that_of_wcag():
    assert palette.contrast("#fff", "#000000") == pytest.approx(21)
    assert palette.contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


def test_each_status_has_colours_of_its_own_in_both_schemes():
    names = re.findall(r"^\.status-(\w+) \{.*?fill: var\(--([\w-]+)\)", plain(STATIC / "status.css"), re.MULTILINE)
    assert {name for name, _fill in names} == set(Status)
    for scheme in palette.tokens():
        assert len({scheme[fill] for _name, fill in names}) == len(names)
        assert (
            palette.contrast(scheme["back-fill"], scheme["past-fill"]) > 1.5
        )  # one grey to who sees no red or no green
