"""`manage.py load_catalogue`: the register's own catalogue, other people's, and broken ones."""

import json
import os
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from recommendations.actions import recommendation
from recommendations.models import Event, Indicator, Observation, Passage, Recommendation, Source, Theme
from recommendations.models.person import REGISTER
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def run(*arguments, **options):
    out = StringIO()
    call_command("load_catalogue", *arguments, stdout=out, **options)
    return out.getvalue()


def fail(path, content):
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(CommandError) as caught:
        run(str(path))
    assert not Event.objects.exists()
    return str(caught.value)


def test_own_catalogue_loads_once():
    assert run().splitlines()[-1] == "51 created, 0 updated, 0 unchanged, 0 left as people edited them."
    assert (Theme.objects.count(), Source.objects.count(), Recommendation.objects.count()) == (5, 1, 10)
    assert (Passage.objects.count(), Indicator.objects.count(), Observation.objects.count()) == (13, 35, 25)
    assert run() == "0 created, 0 updated, 51 unchanged, 0 left as people edited them.\n"


def test_what_people_edited_is_shown_and_kept_unless_told_otherwise(carol):
    run()
    recommendation.amend("RB-03", {"title_en": "Exchange " * 20}, seen=None, actor=carol, now=NOW)
    told = run().splitlines()
    assert told[:2] == ["kept      recommendation RB-03", "    title_en"]
    assert told[2].startswith("      = Exchange Exchange")
    assert told[2].endswith("…")
    assert told[3] == "      ? Academic mobility programme"
    assert (
        told[-1] == "“=” is what the register keeps, “?” what the catalogue says. To take the catalogue's: --overwrite."
    )
    assert run(overwrite=True).splitlines()[0] == "updated   recommendation RB-03"
    assert Recommendation.objects.get(reference="RB-03").title_en == "Academic mobility programme"


def test_json_tells_everything(carol):
    assert {one["result"] for one in json.loads(run(format="json"))} == {"created"}
    recommendation.amend("RB-03", {"themes": ("economy",)}, seen=None, actor=REGISTER, now=NOW)
    told = [one for one in json.loads(run(format="json")) if one["result"] != "unchanged"]
    assert told == [
        {
            "subject": "recommendation",
            "key": "RB-03",
            "result": "updated",
            "differences": [
                {"field": "themes", "register": ["economy"], "catalogue": ["education-and-science"], "is_taken": True}
            ],
        }
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ":1: The file is empty."),
        ("format: 1\nthemes: [\n", ":3: The file is not valid YAML"),
        ("format: 1\ntheme: []\n", ":2: The file has no key “theme”."),
        (b"\xff", ":1: The file is not UTF-8."),
        (b"#" * (2**20 + 1), "has more than 1048576 bytes"),
        (
            f"format: 1\nthemes:\n - {{slug: a, name: {{en: {'x' * 121}, ru: x}}}}\n",
            "a/name_en: The text has 121 characters",
        ),
    ],
)
def test_broken_file_changes_nothing(tmp_path, content, words):
    assert words in fail(tmp_path / "own.yaml", content)


def test_missing_file_and_folder_are_said(tmp_path):
    with pytest.raises(CommandError, match=r"There is no file .*nowhere\.yaml\. Check the path\."):
        run(str(tmp_path / "nowhere.yaml"))
    with pytest.raises(CommandError, match=r"is a folder\. Name a file in it\."):
        run(str(tmp_path))
    with pytest.raises(CommandError, match=r"cannot be read: "):
        run(os.devnull + "/x")


def test_own_file_uses_themes_of_the_register(tmp_path):
    run()
    own = tmp_path / "own.yaml"
    own.write_text(
        "format: 1\nsource: {slug: b, title: {en: B, ru: Б}}\nrecommendations:\n"
        " - {reference: B-1, title: {en: B, ru: Б}, description: {en: B, ru: Б}, instrument: fund, themes: [economy]}\n"
    )
    assert run(str(own)).splitlines() == [
        "created   source b",
        "created   recommendation B-1",
        "2 created, 0 updated, 0 unchanged, 0 left as people edited them.",
    ]
