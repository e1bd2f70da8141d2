"""What a browser is sent besides pages: small, and nothing that the site's policy would stop."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "recommendations" / "static" / "recommendations"
STYLES = sorted(STATIC.rglob("*.css"))
LARGEST_FIRST_VISIT = 150_000


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_ask_for_nothing_from_elsewhere(path):
    asked = re.findall(r"url\(\s*[\"']?([^\"')]+)|@import\s+([^;]+)", path.read_text())
    for address in ("".join(one) for one in asked):
        assert (path.parent / address).is_file(), address


def test_pictures_hold_no_script_and_no_style():
    for picture in STATIC.rglob("*.svg"):
        assert re.search(r"<script|<style|\son\w+=|style=|href=", picture.read_text()) is None, picture.name


def test_each_status_has_a_mark():
    marks = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "marks.svg").read_text()))
    colours = set(re.findall(r"^\.status-(\w+) \{", (STATIC / "status.css").read_text(), re.MULTILINE))
    assert colours == marks - {"relations"}


def test_the_picture_of_lists_holds_the_same_shapes_in_the_order_of_their_numbers():
    drawn = re.findall(r'<symbol id="(\w+)" viewBox="0 0 20 20">(.*)</symbol>', (STATIC / "marks.svg").read_text())
    column = re.findall(
        r'<g id="(\w+)" transform="translate\(0 (\d+)\)">(.*)</g>', (STATIC / "icons/marks.svg").read_text()
    )
    assert [(name, shape) for name, _top, shape in column] == drawn
    assert [int(top) for _name, top, _shape in column] == [20 * number for number in range(len(drawn))]
    numbers = re.findall(
        r"^\.status-(\w+)::before \{ --mark: (\d+); \}", (STATIC / "status.css").read_text(), re.MULTILINE
    )
    assert [(name, int(number)) for name, number in numbers] == [(name, n) for n, (name, _) in enumerate(drawn)][1:]


def test_files_of_others_are_what_they_were():
    said = (STATIC / "vendor/README.md").read_text()
    ((name, digest),) = re.findall(r"`(htmx[^`]+\.js)`.*?SHA-256 `(\w{64})`", said, re.DOTALL)
    assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest


def test_a_first_visit_is_light():
    sent = [*STYLES, STATIC / "marks.svg", *(STATIC / "icons").iterdir()]
    assert sum(len(gzip.compress(path.read_bytes())) for path in sent) < LARGEST_FIRST_VISIT
