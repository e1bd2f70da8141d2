"""Pages of sources: who sees what, highlighted passages, reading a text in by upload, bad input."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from recommendations.actions import passage, source
from recommendations.actions.passage import Placing
from recommendations.models import Recommendation, Snapshot
from recommendations.models.person import REGISTER
from tests.factories import NOW, RecommendationFactory, SourceFactory, let_it_stand
from tests.web.markup import faults

pytestmark = pytest.mark.django_db

LONG = "Every year the two parties should meet in one city and publish what they agreed on that day <soon>"
TEXT = f"""Share this article

Meetings

{LONG}.

They should open a joint office and hold a fair.

{LONG} in spring.

{LONG} in autumn.
"""
PAGE = "/sources/report/"


@pytest.fixture
def report():
    return SourceFactory(slug="report", title_en="The report", title_ru="Доклад", authors="A. Author")


def place(report, *placings, **fields):
    item = RecommendationFactory(source=report, **fields)
    passage.place(item.reference, report.slug, placings, actor=REGISTER, now=NOW)
    return item


def read_in(text=TEXT):
    return source.read_in("report", text.encode(), actor=REGISTER, now=NOW)


def page(client, address=PAGE, status=200):
    response = client.get(address)
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode())


def upload(client, content=None):
    file = SimpleUploadedFile("text.txt", TEXT.encode() if content is None else content)
    return client.post(reverse("source_text", args=["report"]), {"file": file})


def test_list_tells_of_each_source_and_its_text(client, report):
    place(report, Placing("open", "office"))
    assert "not read in yet" in page(client, "/sources/")
    read_in()
    shown = page(client, "/sources/")
    assert 'href="/sources/report/">The report</a>' in shown
    assert 'href="/recommendations/?source=report">1</a>' in shown
    assert "read in on" in shown


def test_list_without_sources_says_so_and_leads_stewards_to_the_first(client, carol):
    shown = page(client, "/sources/")
    assert "No source is registered yet." in shown
    assert "Register a source" not in shown
    client.force_login(carol)
    assert 'href="/admin/recommendations/source/add/">Register a source</a>' in page(client, "/sources/")


def test_a_steward_begins_with_an_empty_source(client, report, carol):
    client.force_login(carol)
    assert "The register knows of" not in page(client)
    upload(client)
    shown = page(client)
    assert "The text was read in as snapshot 1." in shown
    assert "Select words in the text, or choose “Track” beside a paragraph" in shown


def test_before_its_text_was_read_in_that_is_said(client, report):
    let_it_stand()
    shown = page(client, PAGE + "?as_of=2020-02-02")
    assert "The text of this source had not been read in then" in shown
    assert "manage.py" not in shown


def test_unknown_source_is_not_found(client):
    assert client.get("/sources/nowhere/").status_code == 404
    assert client.get("/sources/No%00where/").status_code == 404


def test_page_without_a_text_says_what_is_missing_and_how_to_add_it(client, report, carol):
    place(report, Placing("open", "office", 4, "Meetings", "Office"))
    shown = page(client)
    assert "The register knows of 1 passage in it" in shown
    assert "python manage.py read_source FILE --slug report" in shown
    assert "Stewards can upload it on this page." in shown
    assert "<small>Office</small>" in shown
    assert '<span lang="en">Meetings</span>' in shown
    assert "<form method" not in shown.split("<main")[1]
    client.force_login(carol)
    assert 'enctype="multipart/form-data"' in page(client)


def test_page_shows_passages_with_a_note_on_each(client, report):
    item = place(report, Placing("open", "office"), status="partly", verified_status="partly", reported_status="mostly")
    read_in()
    shown = page(client)
    uuid = item.passages.get().uuid
    tag = rf'id="passage-{uuid}" href="#note-{uuid}" lang="en"><svg .*?#partly".*?</svg>{item.reference}<span class="visually-hidden">, Partly implemented</span></a>'
    assert re.search(tag, shown)
    assert f'title="{item}">open a joint office</mark>' in shown
    note = shown[shown.index(f'id="note-{uuid}"') :]
    assert f'<a href="/recommendations/{item.reference}/"><span class="reference">{item.reference}</span> ' in note
    for rating, status in (("Reviewed", "Partly implemented"), ("Self-reported", "Mostly implemented")):
        assert re.search(rf"<dt>{rating}</dt><dd><span [^>]*>.*?</svg>{status}</span>", note)
    assert "Ratings differ" in note
    assert f'href="#passage-{uuid}">In the text</a>' in note
    assert "&lt;soon&gt;" in shown
    assert "<soon>" not in shown
    assert faults(shown) == []


def test_passages_that_overlap_are_all_shown(client, report):
    outer, inner = place(report, Placing("open", "a fair")), place(report, Placing("joint", "office and"))
    read_in()
    shown = page(client)
    for item, words in ((outer, "open a "), (inner, "joint office and"), (outer, " hold a fair")):
        assert f'title="{item}">{words}</mark>' in shown
    assert shown.count("passage-shared") == 1
    first, second = outer.passages.get().uuid, inner.passages.get().uuid
    assert re.search(rf'id="note-{first}".*href="#passage-{second}">Next<.*id="note-{second}"', shown)
    assert re.search(rf'id="note-{second}".*href="#passage-{first}">Previous<', shown)


def test_a_paragraph_says_once_what_its_passages_recommend(client, report):
    item = place(report, Placing("open", "office", label_en="A house"), Placing("hold", "fair", label_en="A feast"))
    read_in()
    shown = page(client)
    first, second = (one.uuid for one in item.passages.order_by("position"))
    assert shown.count('<li class="note') == 1
    assert shown.count(f'href="#note-{first}"') == 2
    assert f'<a href="#passage-{first}">A house</a> <a href="#passage-{second}">A feast</a>' in shown
    assert ">Next<" not in shown
    read_in("Newer.\n\n" + TEXT.replace("a fair", "one fair"))
    assert re.findall(r'<span class="flag">(\w+)</span>', page(client)) == ["Moved", "Altered"]


def test_sections_lead_to_what_they_recommend(client, report):
    twice = place(report, Placing("meet in", "one city", 3), Placing("publish", "agreed", 3))
    place(report, Placing("open", "office"))
    source.read_in(
        "report", ("First of all.\n\n" + TEXT.replace("They", "Ends\n\nThey")).encode(), actor=REGISTER, now=NOW
    )
    shown = page(client)
    contents = shown[shown.index('<nav class="contents"') : shown.index("</nav>", shown.index('<nav class="contents"'))]
    assert re.findall(r'href="#(p\d+)"', contents) == ["p1", "p3", "p5"]
    assert "Before the first heading" in contents
    assert '<span lang="en">Meetings</span>' in contents
    first = twice.passages.order_by("position")[0].uuid
    assert f'1 recommendation: <a href="#passage-{first}">{twice.reference}</a></span>' in contents


def test_numbers_of_paragraphs_are_addresses_that_last(client, report):
    read_in()
    read_in("Newer.\n\n" + TEXT)
    assert 'href="?snapshot=2#p1"' in page(client)
    shown = page(client, PAGE + "?snapshot=1")
    assert 'href="?snapshot=1#p1"' in shown
    assert "This is snapshot 1 of the text, read in on" in shown
    assert '<input type="hidden" name="snapshot" value="1">' in shown
    assert 'href="/sources/report/compare/?from=1&amp;to=2"' in shown


def test_a_paragraph_is_reached_by_its_number(client, report):
    assert "has not been read in yet" in page(client, PAGE + "?paragraph=4")
    read_in()
    for query, place in (("?paragraph=4", "#p4"), ("?snapshot=1&paragraph=6", "?snapshot=1#p6")):
        answer = client.get(PAGE + query)
        assert (answer.status_code, answer.url) == (302, PAGE + place)
    assert page(client, PAGE + "?paragraph=")
    for number in ("7", "0", "x", "9" * 5000):
        assert 'aria-invalid="true"' in page(client, f"{PAGE}?paragraph={number}", status=400)
    assert "The paragraphs of this text are numbered from 1 to 6." in page(client, PAGE + "?paragraph=7", status=400)


def test_the_text_of_another_day_has_the_statuses_of_that_day(client, report):
    long_ago = NOW - dt.timedelta(days=40)
    item = RecommendationFactory(source=report)
    passage.place(item.reference, "report", [Placing("open", "office")], actor=REGISTER, now=long_ago)
    source.read_in("report", TEXT.encode(), actor=REGISTER, now=long_ago)
    let_it_stand(long_ago)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('relations.now', %s, true)", [NOW.isoformat()])
    Recommendation.objects.filter(pk=item.pk).update(status="partly", reported_status="partly")
    then = (NOW - dt.timedelta(days=20)).date()
    assert "Partly implemented" in page(client)
    shown = page(client, f"{PAGE}?as_of={then}")
    assert f'{item.reference}<span class="visually-hidden">, Not assessed</span>' in shown
    assert "Partly implemented" not in shown
    assert f'href="?snapshot=1&amp;as_of={then}#p1"' in shown
    assert f'name="as_of" value="{then}"' in shown[shown.index("contents-jump") :]
    answer = client.get(f"{PAGE}?as_of={then}&paragraph=4")
    assert answer.url == f"{PAGE}?as_of={then}#p4"


def test_furniture_and_repeats_are_folded_unless_they_hold_a_passage(client, report):
    place(report, Placing("meet in", "one city", 6))
    read_in()
    shown = page(client)
    assert "1 paragraph of the page around the text" in shown
    assert "1 paragraph that repeats an earlier one" in shown
    assert "Repeats paragraph 3." in shown
    assert shown.count('<details class="reading-fold"') == 2


def test_lost_and_altered_passages_are_said_first(client, report):
    place(report, Placing("open", "office"))
    place(report, Placing("hold", "fair"))
    read_in()
    read_in(TEXT.replace("open a joint office and hold a fair", "open one joint office"))
    shown = page(client)
    assert "Passages that need a look" in shown
    assert "altered: the text now says it in other words." in shown
    assert "lost: the text no longer holds these words" in shown
    assert ">open one joint office</mark>" in shown


def test_earlier_snapshots_can_be_read(client, report):
    place(report, Placing("open", "office"))
    read_in()
    read_in("Newer.\n\n" + TEXT)
    assert "Newer." in page(client)
    assert "Newer." not in page(client, PAGE + "?snapshot=1")
    for number in ("3", "x", "0", "9" * 5000):
        page(client, f"{PAGE}?snapshot={number}", status=404)


def test_internal_and_withdrawn_recommendations_leave_no_trace_for_strangers(client, report, dave):
    hidden = place(report, Placing("open", "office"), visibility="internal", title_en="Hidden")
    gone = place(report, Placing("hold", "fair"), title_en="Gone")
    type(gone).objects.filter(pk=gone.pk).update(withdrawn_at=NOW)
    read_in()
    shown = page(client)
    for item in (hidden, gone):
        assert item.reference not in shown
        assert item.title_en not in shown
    assert "No recommendation of this source is tracked yet." in shown
    assert "<mark" not in shown
    client.force_login(dave)
    assert ">open a joint office</mark>" in page(client)


@pytest.mark.parametrize("count", [1, 3])
def test_page_needs_the_same_queries_for_any_number_of_passages(client, report, count, django_assert_num_queries):
    for placing in [Placing("open", "office"), Placing("hold", "fair"), Placing("meet in", "city")][:count]:
        place(report, placing)
    read_in()
    with django_assert_num_queries(6):
        page(client)


@pytest.mark.parametrize("count", [1, 3])
def test_list_needs_one_query(client, count, django_assert_num_queries):
    for _ in range(count):
        SourceFactory()
    with django_assert_num_queries(2):
        page(client, "/sources/")


def test_steward_reads_a_text_in_by_upload(client, report, carol):
    place(report, Placing("open", "office"))
    client.force_login(carol)
    response = upload(client)
    assert (response.status_code, response.url) == (302, PAGE)
    assert Snapshot.objects.get().read_by == carol
    assert "The text was read in as snapshot 1; every passage has its place in it." in page(client)
    upload(client)
    assert "This very text is snapshot 1 already; nothing was changed." in page(client)
    upload(client, b"Quite another document.")
    assert "The text was read in as snapshot 2; 1 passage is lost in it and needs a look." in page(client)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The document is empty"),
        (b"%PDF-1.4", "This is a PDF file"),
        (b"\xff", "The document is not UTF-8"),
        (b"a" * (10 * 2**20 + 1), "at most 10485760 are read"),
    ],
)
def test_unreadable_uploads_are_refused_beside_the_field(client, report, carol, content, words):
    client.force_login(carol)
    response = upload(client, content)
    assert response.status_code == 400
    assert words in response.content.decode()
    assert not Snapshot.objects.exists()


def test_upload_without_a_file_is_refused(client, report, carol):
    client.force_login(carol)
    response = client.post(reverse("source_text", args=["report"]), {})
    assert response.status_code == 400
    assert "Nothing was saved yet" in response.content.decode()


def test_only_stewards_may_upload(client, report, people):
    response = upload(client)
    assert response.status_code == 302
    assert "/account/login/" in response.url
    for role in ("reader", "contributor", "reviewer"):
        client.force_login(people[role])
        assert upload(client).status_code == 403
    assert not Snapshot.objects.exists()


def test_upload_to_an_unknown_source_is_not_found(client, carol):
    client.force_login(carol)
    assert upload(client).status_code == 404


def test_pages_speak_russian(client, report):
    place(report, Placing("open", "office"))
    read_in()
    shown = client.get(PAGE, headers={"Accept-Language": "ru"}).content.decode()
    assert '<html lang="ru">' in shown
    assert "<h1>Доклад</h1>" in shown
    assert 'id="p1" lang="en"' in shown
