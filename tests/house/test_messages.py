"""The register speaks Russian completely, and what is compiled is what is written."""

import os
import re
import shutil
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "recommendations/locale/ru/LC_MESSAGES/django.po"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%|{(\w*)}")


def messages(path=WRITTEN):
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="ru") if message.id]


def forms(value):
    return (value,) if isinstance(value, str) else tuple(value)


def test_every_message_is_translated():
    assert [m.id for m in messages() if m.fuzzy or not all(forms(m.string))] == []


def test_every_translation_has_the_placeholders_of_its_message():
    wrong = [
        m.id
        for m in messages()
        for form in forms(m.string)
        if {x.group() for x in PLACEHOLDER.finditer(form)} != {x.group() for x in PLACEHOLDER.finditer(forms(m.id)[-1])}
    ]
    assert wrong == []


def test_what_is_compiled_is_what_is_written():
    with WRITTEN.with_suffix(".mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in messages():
        first = forms(message.id)[0]
        key = f"{message.context}\4{first}" if message.context else first
        found = (
            [compiled._catalog.get((key, n)) for n in range(3)] if message.pluralizable else [compiled._catalog[key]]
        )
        assert tuple(found) == forms(message.string)


@pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed")
def test_no_message_is_missing(tmp_path):
    house = tmp_path / "house"
    for name in ("recommendations", "relations", "templates"):
        shutil.copytree(ROOT / name, house / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", house)
    command = [
        sys.executable,
        "manage.py",
        "makemessages",
        "--locale",
        "ru",
        "--no-wrap",
        "--no-location",
        "--no-obsolete",
    ]
    own = {**os.environ, "DJANGO_SETTINGS_MODULE": "relations.settings"}
    subprocess.run(command, cwd=house, env=own, check=True, capture_output=True)
    found = {(m.context, forms(m.id)) for m in messages(house / WRITTEN.relative_to(ROOT))}
    assert found == {(m.context, forms(m.id)) for m in messages()}
