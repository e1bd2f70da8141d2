"""`check_evidence` from a link to its outcome, through a real server and a real database."""

import datetime as dt
import io
import json

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from recommendations.actions import evidence, followup
from recommendations.archive import claim, rounds
from recommendations.management.commands.check_evidence import Command
from recommendations.models import Capture, Event, Evidence, Recommendation, Turn, Watch
from recommendations.models.verification import verify
from tests.archive import site
from tests.archive.site import PAGE, TEXT
from tests.factories import NOW, EvidenceFactory

pytestmark = pytest.mark.django_db
KEY = "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Ask each host again at once; the tests of politeness say otherwise."""
    monkeypatch.setattr(claim, "PAUSE", dt.timedelta(0))
    monkeypatch.setattr(rounds, "NAP", 0.05)


def check(web, *options, code=0, **said):
    out = io.StringIO()
    try:
        call_command(Command(stdout=out, fetcher=web.fetcher(**{"seconds": 1, **said})), *options)
        ended = 0
    except CommandError as wrong:
        ended = wrong.returncode
    assert ended == code, out.getvalue()
    return out.getvalue()


def check_json(web, *options, code=0, **said):
    return json.loads(check(web, "--format", "json", *options, code=code, **said))


@pytest.fixture
def cite(item, carol):
    def attach(address, scheme="http"):
        draft = evidence.Draft(f"Decree at {address}", f"{scheme}://{address}", dt.date(2026, 2, 1), "primary")
        return evidence.attach(item.reference, draft, actor=carol, now=NOW)

    return attach


def later(**pause):
    """Let time go by: move everything that has a time back."""
    for model, column in ((Watch, "due_at"), (Watch, "checked_at"), (Capture, "captured_at")):
        for row in model.objects.exclude(**{column: None}):
            model.objects.filter(pk=row.pk).update(**{column: getattr(row, column) - dt.timedelta(**pause)})


def pages(web):
    """Set up a site for each outcome; return address, outcome, detail and HTTP status."""
    web.page("ok.org/a")
    web.page("moved.org/a", 301, Location="http://ok.org/b")
    web.page("ok.org/b")
    web.page("upgrade.org/a", 301, Location="https://secure.org/a")
    web.page("gone.org/a", 410, body="Gone")
    web.page("wall.org/a", 403, body="<title>Just a moment...</title>", cf_mitigated="challenge")
    web.page("wall503.org/a", 503, body="<html><title>DDoS-Guard</title><p>Checking your browser before accessing")
    web.page("wall200.org/a", body="<html><title>Вы не робот?</title><p>Подтвердите, что вы не робот")
    web.page("law.org/a", 451)
    web.page("soft.org/a", body="<html><title>404 — Page not found</title><h1>Sorry</h1><p>Try the search.</p>")
    web.page("мягко.org".encode("idna").decode() + "/a", body="<h1>Страница не найдена</h1>" + "<p>Меню</p>" * 9)
    web.page("home.org/decrees/7", 302, Location="/")
    web.page("home.org/")
    web.page("down.org/a", 503, body="Maintenance")
    web.script("slow.org/a", site.silent)
    web.script("drip.org/a", site.drips_head)
    web.script("flood.org/a", site.headers_flood)
    web.script("nonsense.org/a", site.talks_nonsense)
    web.script("endless.org/a", site.endless)
    web.page("bomb.org/a", body=site.bomb(), Content_Encoding="gzip")
    web.page("loop.org/a", 302, Location="/a")
    web.page("inside.org/a", 302, Location="http://10.0.0.1/")
    web.page("film.org/a", body=b"\0" * 100, Content_Type="video/mp4")
    web.page("pdf.org/a", body=b"%PDF-1.7 and so on", Content_Type="application/pdf")
    web.page("secure.org/b")
    web.page("badcert.org/a")
    web.addresses |= {"nobody.org": "no_such_host", "resolver.org": "dns", "private.org": ["192.168.0.1"]}
    return [
        ("ok.org/a", "ok", "", 200),
        ("moved.org/a", "redirected", "", 200),
        ("gone.org/a", "gone", "http", 410),
        ("nowhere.org/a", "gone", "http", 404),
        ("nobody.org/a", "gone", "no_such_host", None),
        ("wall.org/a", "blocked", "wall", 403),
        ("wall503.org/a", "blocked", "wall", 503),
        ("wall200.org/a", "blocked", "wall", 200),
        ("law.org/a", "blocked", "http", 451),
        ("soft.org/a", "soft_404", "", 200),
        ("мягко.org/a", "soft_404", "", 200),
        ("home.org/decrees/7", "soft_404", "home", 200),
        ("down.org/a", "unreachable", "http", 503),
        ("slow.org/a", "unreachable", "timeout", None),
        ("drip.org/a", "unreachable", "timeout", None),
        ("flood.org/a", "unreachable", "headers", None),
        ("nonsense.org/a", "unreachable", "protocol", None),
        ("loop.org/a", "unreachable", "redirects", None),
        ("resolver.org/a", "unreachable", "dns", None),
        ("endless.org/a", "ok", "too_large", 200),
        ("bomb.org/a", "ok", "too_large", 200),
        ("inside.org/a", "refused", "not_public", None),
        ("private.org/a", "refused", "not_public", None),
        ("film.org/a", "ok", "not_kept", 200),
        ("pdf.org/a", "ok", "no_text", 200),
    ]


def test_every_outcome(web, cite):
    wanted = pages(web)
    for address, *_rest in wanted:
        cite(address)
    cite("secure.org/b", "https")
    cite("badcert.org/a", "https")
    said = check_json(web, "--due", code=1, seconds=2)
    found = {link["link"].partition("://")[2]: link for link in said["links"]}
    for address, outcome, detail, status in wanted:
        link = found[address]
        assert (link["outcome"], link["detail"], link["status"]) == (outcome, detail, status), address
    assert (found["secure.org/b"]["outcome"], found["badcert.org/a"]["detail"]) == ("ok", "tls")
    assert (said["checked"], said["is_well"], said["failed"], said["postponed"]) == (len(wanted) + 2, False, 0, 0)
    assert Capture.objects.count() == len(wanted) + 2
    assert Capture.objects.exclude(content="").count() == 4  # ok, moved, pdf, secure: what came whole and could be kept
    lost = {"gone", "soft_404", "refused"}
    assert Event.objects.filter(verb="link_lost").count() == sum(outcome in lost for _, outcome, *_ in wanted)
    assert set(Evidence.objects.filter(url__contains="down.org").values_list("outcome", flat=True)) == {"unchecked"}
    assert verify().is_whole
    assert check_json(web, "--due")["checked"] == 0


def test_a_copy_is_kept_as_it_came(web, cite):
    web.page(
        "ok.org/a", body=PAGE.replace("utf-8", "").encode("cp1251"), Content_Type="text/html; charset=windows-1251"
    )
    piece = cite("ok.org/a")
    check(web, "--due")
    made = piece.captures.get()
    assert made.content.read() == PAGE.encode("cp1251")
    assert (made.size, len(made.sha256), made.media_type) == (len(PAGE), 64, "text/html")
    assert made.text == f"Decree 7\n\n{TEXT}"
    assert made.content.name.startswith("captures/")
    assert "ok.org" not in made.content.name
    piece.refresh_from_db()
    assert piece.outcome == "ok"
    assert str(made) == f"Reachable ({made.captured_at:%Y-%m-%d})"


def test_nothing_new_is_no_new_copy_and_something_new_is(web, cite):
    piece = cite("ok.org/a")
    web.page(
        "ok.org/a", body=f"{PAGE}<p>Views: 12</p><p>Today is Tuesday, 24 November 2026, 11:05, in all of the city.</p>"
    )
    check(web)
    web.page(
        "ok.org/a", body=f"{PAGE}<p>Views: 4,012</p><p>Today is Friday, 4 December 2026, 9:17, in all of the city.</p>"
    )
    check(web)
    web.page("ok.org/a", body=PAGE.replace("first fair", "last fair"))
    assert "Says something else than before" in check(web)
    outcomes = list(piece.captures.order_by("id").values_list("outcome", flat=True))
    assert outcomes == ["ok", "ok", "changed"]
    assert [bool(made.content) for made in piece.captures.order_by("id")] == [True, False, True]
    check(web)
    piece.refresh_from_db()
    assert piece.outcome == "ok"


def test_bytes_are_compared_where_there_are_no_words(web, cite):
    piece = cite("pdf.org/a")
    for body in (b"%PDF-1.7 one", b"%PDF-1.7 one", b"%PDF-1.7 two"):
        web.page("pdf.org/a", body=body, Content_Type="application/pdf")
        check(web)
    assert list(piece.captures.order_by("id").values_list("outcome", flat=True)) == ["ok", "ok", "changed"]


def test_a_page_that_lost_all_its_words_has_changed(web, cite):
    piece = cite("ok.org/a")
    web.page("ok.org/a")
    check(web)
    web.page("ok.org/a", body="<html><script>nothing</script>")
    check(web)
    assert piece.captures.first().outcome == "changed"


def test_three_bad_days_lose_a_link_and_one_good_day_finds_it(web, cite, item):
    piece = cite("down.org/a")
    web.page("down.org/a", 500)
    for day in range(3):
        for _twice_a_day in range(2):
            check(web, code=1)
            piece.refresh_from_db()
            assert piece.outcome == ("unreachable" if day == 2 else "unchecked")
        later(days=1)
    before = item.version
    item.refresh_from_db()
    assert Event.objects.filter(verb="link_lost").count() == 1
    web.page("down.org/a")
    check(web)
    piece.refresh_from_db()
    found = Event.objects.get(verb="link_found")
    assert (piece.outcome, found.actor, found.before, found.after["outcome"]) == (
        "ok",
        None,
        {"outcome": "unreachable"},
        "ok",
    )
    assert Recommendation.objects.get().version == item.version + 1 > before
    assert Watch.objects.get().failures == 0


def test_a_wall_says_nothing_about_what_was_lost(web, cite):
    piece = cite("gone.org/a")
    check(web, code=1)
    web.page("gone.org/a", 403)
    check(web, code=1)
    web.page("gone.org/a", 500)
    check(web, code=1)
    piece.refresh_from_db()
    assert piece.outcome == "gone"
    web.page("gone.org/a", body="<title>404 Not Found</title>")
    check(web, code=1)
    piece.refresh_from_db()
    assert piece.outcome == "soft_404"
    assert list(Event.objects.values_list("verb", flat=True)) == ["evidence_attached", "link_lost"]


def test_links_are_read_again_in_a_week_and_failures_in_a_day(web, cite):
    web.page("ok.org/a")
    cite("ok.org/a")
    cite("slow.org/a")
    web.page("slow.org/a", 502)
    check(web, "--due", code=1)
    now = claim.clock()
    due = {watch.host: (watch.due_at - now) / dt.timedelta(days=1) for watch in Watch.objects.all()}
    assert 6.2 < due["ok.org"] < 7.8
    assert 0.8 < due["slow.org"] < 1.2
    assert str(Watch.objects.get(host="ok.org")).startswith("ok.org 20")
    assert str(Turn.objects.get(host="ok.org")).startswith("ok.org ")


def test_what_a_rating_rests_on_is_read_first(web, cite, item, carol):
    for name in ("a", "b", "c"):
        web.page(f"{name}.org/")
    cite("a.org/")
    cite("b.org/")
    cited = cite("c.org/")
    said = followup.Statement(NOW.date(), evidence=(cited.uuid,))
    followup.assess("T-900", "mostly", kind="self", statement=said, actor=carol, now=NOW, seen=None)
    links = [link["link"] for link in check_json(web, "--due")["links"]]
    assert links == ["http://c.org/", "http://a.org/", "http://b.org/"]


def test_old_links_are_found_and_examples_and_retracted_ones_left_alone(web, item, carol, cite):
    web.page("old.org/")
    EvidenceFactory(recommendation=item, url="http://old.org/")
    EvidenceFactory(recommendation=item, url="https://demo.example/decree")
    EvidenceFactory(recommendation=item, url="", file="evidence/x")
    EvidenceFactory(recommendation=item, url="http://old.org/2", retracted_at=NOW, retraction_reason="No.")
    cite("demo.example/")
    retracted = cite("old.org/3")
    evidence.retract(retracted.uuid, "Wrong.", actor=carol, now=NOW)
    assert [link["link"] for link in check_json(web)["links"]] == ["http://old.org/"]
    item.withdrawn_at = NOW
    item.save()
    assert check_json(web)["checked"] == 0


def test_one_link_by_its_id(web, cite, item):
    web.page("ok.org/a")
    web.page("ok.org/b")
    cite("ok.org/a")
    piece = cite("ok.org/b")
    assert [link["evidence"] for link in check_json(web, "--evidence", str(piece.uuid))["links"]] == [str(piece.uuid)]
    assert check_json(web, "--evidence", str(piece.uuid))["checked"] == 1
    file = EvidenceFactory(recommendation=item, url="", file="evidence/x")
    for wrong in ("nothing", KEY, str(file.uuid)):
        with pytest.raises(CommandError):
            call_command("check_evidence", "--evidence", wrong)


def test_a_link_that_leads_to_a_busy_host_waits(web, cite):
    web.page("short.org/a", 302, Location="http://busy.org/x")
    web.page("busy.org/x")
    piece = cite("short.org/a")
    Turn.objects.create(host="busy.org", free_at=claim.clock() + dt.timedelta(minutes=1))
    assert "Postponed" in check(web, "--due", code=1)
    assert not Capture.objects.exists()
    assert Watch.objects.get().due_at > claim.clock()
    Turn.objects.all().delete()
    assert check_json(web, "--evidence", str(piece.uuid))["outcomes"] == {"redirected": 1}
    web.page("busy.org/x", 302, Location="http://short.org/b")
    web.page("short.org/b")
    assert check_json(web)["outcomes"] == {"redirected": 1}  # back to a host that is its own already


def test_a_mistake_of_ours_puts_the_link_off_and_nothing_else(web, cite, monkeypatch):
    web.page("ok.org/a")
    web.page("ok.org/b")
    cite("ok.org/a")
    cite("ok.org/b")
    fetch = rounds.Fetcher.fetch

    def break_down(self, url, may_visit):
        if url.endswith("a"):
            raise ZeroDivisionError
        return fetch(self, url, may_visit)

    monkeypatch.setattr(rounds.Fetcher, "fetch", break_down)
    said = check_json(web, "--due", code=1)
    assert (said["failed"], said["checked"]) == (1, 1)
    assert "by a mistake of ours: 1" in check(web, code=1)


def test_a_reading_of_another_address_is_dropped(web, cite, carol):
    piece = cite("ok.org/a")

    mine = claim.claim()
    assert mine is not None
    Evidence.objects.filter(pk=piece.pk).update(url="http://ok.org/b")
    web.page("ok.org/a")
    done = rounds.Round()
    assert rounds._read(mine, web.fetcher(), done) is None
    assert not Capture.objects.exists()


def test_another_address_is_not_compared_with_the_old_one(web, cite, carol):
    piece = cite("ok.org/a")
    web.page("ok.org/a")
    web.page("ok.org/b", body=PAGE.replace("first", "last"))
    check(web)
    now = claim.clock()
    evidence.amend(piece.uuid, {"url": "http://ok.org/b"}, actor=carol, now=now, seen=None)
    assert check_json(web)["outcomes"] == {"ok": 1}
    assert check_json(web)["outcomes"] == {"ok": 1}
    assert piece.captures.exclude(content="").count() == 2


def test_a_text_reading_says_what_is_left(web, cite):
    web.page("ok.org/a")
    cite("ok.org/a")
    said = check(web, "--due")
    assert "T-900    Reachable  http://ok.org/a  [left: 0]" in said
    assert "Links read: 1. ok 1" in said
    assert default_storage.exists(Capture.objects.get().content.name)


def test_statements_do_not_grow_with_what_is_due(web, cite, django_assert_max_num_queries):
    web.page("ok.org/a")
    for number in range(5):
        web.page(f"ok{number}.org/a")
        cite(f"ok{number}.org/a")
    with django_assert_max_num_queries(40):
        assert claim.claim() is not None
        assert connection.in_atomic_block
