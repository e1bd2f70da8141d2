"""`manage.py read_source`: the article when it is at hand, a text in its place otherwise; edited texts; bad files."""

import json
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

import recommendations
from recommendations.exchange import catalogue
from recommendations.models import Anchor, Event, Snapshot
from recommendations.texts.anchoring import Hint
from tests import article

pytestmark = pytest.mark.django_db
OWN = Path(recommendations.__file__).parent / "catalogue"


@pytest.fixture
def loaded(db):
    call_command("load_catalogue", stdout=StringIO())


@pytest.fixture
def text(tmp_path, loaded):
    """The article, or a text in which all hints of the catalogue find their words."""
    path = tmp_path / "text.txt"
    path.write_bytes(article.PATH.read_bytes() if article.PATH else stand_in())
    return path


def catalogue_placings():
    themes = {stated.key for stated in catalogue.read((OWN / "themes.yaml").read_bytes()).themes}
    found = catalogue.read((OWN / "sutyrin-2019.yaml").read_bytes(), themes=themes)
    return [one for stated in found.recommendations for one in stated.placings]


def stand_in():
    hints = (Hint(one.first_words, one.last_words, one.paragraph, one.section) for one in catalogue_placings())
    return article.stand_in(hints)


def run(path, slug="sutyrin-2019", **options):
    out = StringIO()
    call_command("read_source", str(path), slug=slug, stdout=out, **options)
    return out.getvalue()


def states(told):
    return {(one["recommendation"], one["position"]): one["state"] for one in json.loads(told)["passages"]}


def test_all_passages_are_anchored(text):
    told = json.loads(run(text, format="json"))
    assert [one["recommendation"] for one in told["passages"]] == [
        *(
            "RB-01",
            "RB-02",
            "RB-03",
            "RB-04",
            "RB-04",
            "RB-04",
            "RB-05",
            "RB-06",
            "RB-07",
            "RB-08",
            "RB-08",
            "RB-09",
            "RB-10",
        )
    ]
    assert {one["state"] for one in told["passages"]} == {"anchored"}
    assert [one["paragraph"] for one in told["passages"]] == [32, 42, 42, 22, 22, 22, 42, 42, 42, 5, 43, 19, 27]
    assert len(told["paragraphs"]) == 46
    content = text.read_text()
    for one in told["passages"]:
        assert content[one["start"] : one["end"]] == one["exact"]
        assert content[: one["start"]].endswith(one["prefix"])
        assert content[one["end"] :].startswith(one["suffix"])


@pytest.mark.usefixtures("loaded")
def test_text_in_place_of_the_article_serves_as_well(tmp_path):
    (tmp_path / "text.txt").write_bytes(stand_in())
    assert set(states(run(tmp_path / "text.txt", format="json")).values()) == {"anchored"}


def test_passages_of_one_paragraph_do_not_overlap(text):
    run(text)
    places = sorted(Anchor.objects.filter(paragraph=42).values_list("start", "end"))
    assert len(places) == 5
    assert all(one[1] < other[0] for one, other in pairwise(places))


def test_same_text_again_changes_nothing(text):
    assert run(text).startswith("Read in as snapshot 1: 46 paragraphs")
    events = Event.objects.count()
    told = run(text)
    assert told.startswith("This text is snapshot 1 already")
    assert told.count("anchored") == 13
    assert (Snapshot.objects.count(), Event.objects.count()) == (1, events)


def test_edited_text_tells_what_became_of_each_passage(text):
    run(text)
    edited = text.read_text().replace("launch an academic", "start an academic").replace("\n\n", "\n\nAdded.\n\n", 5)
    text.write_text(edited)
    told = run(text)
    assert "“start an academic" in told
    found = states(run(text, format="json"))
    assert found.pop(("RB-03", 1)) == "altered"
    assert set(found.values()) == {"moved"}


def test_lost_passage_is_kept_and_fails(text, capsys):
    run(text)
    start, end = Anchor.objects.filter(passage__recommendation__reference="RB-10").values_list("start", "end").get()
    content = text.read_text()
    text.write_text(content[:start] + content[end:])
    with pytest.raises(CommandError, match=r"^1 passage is lost\. The text was kept"):
        run(text)
    assert Snapshot.objects.count() == 2
    assert (
        dict(Anchor.objects.filter(snapshot__number=2).values_list("passage__recommendation__reference", "state"))[
            "RB-10"
        ]
        == "lost"
    )
    with pytest.raises(CommandError, match=r"^1 passage is lost"):
        run(text)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The document is empty"),
        (b"%PDF-1.4", "This is a PDF file"),
        ("текст".encode("cp1251"), "The document is not UTF-8: line 1, byte 1"),
        (b"a" * (10 * 2**20 + 1), "has more than 10485760 bytes"),
    ],
)
def test_unreadable_file_changes_nothing(text, content, words):
    text.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        run(text)
    assert not Snapshot.objects.exists()


def test_missing_file_and_unknown_source_are_said(text, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        run(tmp_path / "nowhere.txt")
    with pytest.raises(CommandError, match="There is no source “nowhere”"):
        run(text, slug="nowhere")
    assert not Snapshot.objects.exists()
