"""What stands in each section beside what happened: what is missing, dates, places, figures, ways to answer, tables."""

import csv
import datetime as dt
import html
import io
import re
import uuid
from dataclasses import replace

import css_inline
import pytest

from recommendations.actions import evidence, head, milestone, reply
from recommendations.digests import inline, links, plain, plan, rounds
from recommendations.digests.compose import Desk, compose
from recommendations.digests.render import FRAME, MOST_BYTES, render, shown
from recommendations.models import Delivery, Evidence, Passage, SavedView, Subscription
from recommendations.rules.access import Role
from recommendations.rules.periods import Period
from tests.digests.test_compose import DAY, NOW, TODAY, WEEK, assess, content, flat, reader, told, words
from tests.factories import (
    AssignmentFactory,
    EvidenceFactory,
    OrganizationFactory,
    PersonFactory,
    RecommendationFactory,
    SourceFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


def visitor(scope="everything", **columns):
    return reader(None, scope, email="v@example.org", time_zone="UTC", confirmed_at=NOW, **columns)


def test_owed_says_what_is_missing(item, owned, alice, bob):
    said = flat(words(alice).text)
    assert "Nobody has reported yet: say where it stands." in said
    assert "Nobody has assessed it yet." not in said
    assess(item, alice, "partly", next_step="Sign the decree.", next_review_on=TODAY + DAY, now=NOW - 60 * DAY)
    said = flat(words(alice).text)
    need = "For “Mostly implemented”, evidence that is younger than the source document is needed; none is attached."
    assert need in said
    assert "Announced as the next step: “Sign the decree.”" in said
    EvidenceFactory(recommendation=item, kind="secondary")
    assert "For a review of “Mostly implemented”, a primary source that is younger" in flat(words(alice).text)
    EvidenceFactory(recommendation=item)
    assert "Nothing is missing for the next step, “Mostly implemented”." in flat(words(alice).text)
    assess(item, bob, "no_action", kind="review", narrative="Nothing was found.")
    type(item.assessments.first()).objects.filter(kind="self").update(next_review_on=TODAY - DAY)
    milestone.plan(item.reference, milestone.Plan("A draft", TODAY - 3 * DAY), actor=alice, now=NOW - DAY)
    letter = words(alice)
    for sentence in (
        "The reviewer’s rating differs: “No action found”, and not “Partly implemented”.",
        "The milestone “A draft” was due on 21 November 2026.",
        "It was to be looked at again on 23 November 2026; nobody has reported since.",
    ):
        assert sentence in flat(letter.text)
        assert sentence in flat(html.unescape(re.sub(r"<[^>]+>", "", letter.html)))


def test_owed_is_never_a_strangers_or_a_colleagues(item, owned, alice):
    assess(item, alice, "in_preparation")
    said = compose([visitor(), reader(PersonFactory(organization=OrganizationFactory())), reader(alice)])
    assert [told(one.owed) for one in said] == [[], [], ["T-900"]]
    assert [told(one.changed) for one in said] == [["T-900"]] * 3


def test_dates_are_those_of_milestones_and_reviews_too(item, alice, owned, dave, bob):
    assess(item, alice, "in_preparation", next_review_on=TODAY + 5 * DAY, now=NOW - 20 * DAY)
    assess(item, bob, "in_preparation", kind="review", next_review_on=TODAY + 6 * DAY, now=NOW - 20 * DAY)
    for title, days in (("Too far", 8), ("A fair", 3), ("A draft", -2), ("Too old", -8)):
        milestone.plan(item.reference, milestone.Plan(title, TODAY + days * DAY), actor=alice, now=NOW - 20 * DAY)
    type(item).objects.update(target_on=TODAY + DAY)
    said = content(dave).due
    assert [(row["date"], row["what"], (row["day"] - TODAY).days) for row in said.rows] == [
        ("milestone", "A draft", -2),
        ("target", "", 1),
        ("milestone", "A fair", 3),
        ("review_reported", "", 5),
        ("review_verified", "", 6),
    ]
    letter = words(dave)
    text = flat(letter.text)
    assert "5 dates" in text
    for sentence in (
        "The milestone “A draft” was due on 22 November 2026.",
        "Due on 25 November 2026.",
        "The milestone “A fair” is due on 27 November 2026.",
        "The owner announced to look again on 29 November 2026.",
        "The reviewer announced to look again on 30 November 2026.",
    ):
        assert sentence in text
    assert letter.html.count(">T-900<") == 1  # one item, five dates


def test_what_changed_says_where_the_source_says_it(item, alice, owned, dave):
    assess(item, alice, "in_preparation")
    source = item.source.title_en
    assert f"{source}" in flat(words(dave).text)
    Passage.objects.create(recommendation=item, source=item.source, position=2, section="Later")
    Passage.objects.create(recommendation=item, source=item.source, position=1, section="Common <Values>")
    letter = words(dave)
    assert f"“Common <Values>”, {source}" in flat(letter.text)
    assert "“Common &lt;Values&gt;”" in letter.html


def test_strangers_are_told_bodies_and_roles_and_no_names(item, owned, alice, bob, carol):
    assess(item, alice, "in_preparation")
    assess(item, bob, "no_action", kind="review")
    said = words(None, email="v@example.org", time_zone="UTC")
    assert "Self-reported by Ministry." in flat(said.text)
    assert "Reviewed by Reviewer." in flat(said.text)
    assert not re.search(r"\b(Alice|Bob)\b", said.text + said.html)  # as words: the links have any letters
    assert "/digests/manage/" in said.text  # by a link of their own: they have no account
    assert "You get this because v@example.org is subscribed" in said.text


@pytest.mark.parametrize("scope", ["owned", "followed"])
def test_a_visitor_has_nothing_of_their_own(item, owned, alice, scope):
    assess(item, alice, "in_preparation")
    assert compose([visitor(scope)])[0].is_empty


def test_stale_says_which_evidence_was_lost(dave, alice):
    item = RecommendationFactory(reference="T-1", status="implemented")
    gone = {"retracted_by": alice, "retraction_reason": "Wrong link.", "retracted_at": NOW - DAY}
    EvidenceFactory(recommendation=item, **gone)
    assert "The last evidence for this status was retracted." in flat(words(dave).text)


def test_the_chart_counts_each_item_once_by_both_ratings(item, owned, alice, bob, dave):
    for reference in ("T-1", "T-2"):
        RecommendationFactory(reference=reference, themes=[ThemeFactory(), ThemeFactory()])
    RecommendationFactory(reference="T-3", withdrawn_at=NOW)
    RecommendationFactory(reference="T-4", elements=2)
    RecommendationFactory(reference="T-5", visibility="internal")
    AssignmentFactory(recommendation=item, organization=OrganizationFactory(), role="supporting")
    EvidenceFactory(recommendation=item)
    assess(item, alice, "implemented", evidence=(Evidence.objects.get().uuid,))
    assess(item, bob, "no_action", kind="review")
    text = words(dave).text
    assert "Reviewed as implemented: 0 of 1 assessed, of 4." in text
    assert "Self-reported as implemented: 1 of 1 assessed, of 4." in text
    lines = text[text.index("WHERE IT ALL STANDS") :].splitlines()
    table = [line.split() for line in lines if re.search(r"\d +\d+$", line)]
    assert table == [["Implemented", "0", "1"], ["No", "action", "found", "1", "0"], ["Not", "assessed", "3", "3"]]
    assert len({len(line) for line in lines if re.search(r"\d +\d+$", line)}) == 1  # numbers below each other
    strangers = words(None, email="v@example.org", time_zone="UTC").text
    assert "of 1 assessed, of 3." in strangers
    mine = words(alice, "owned").text
    assert "Self-reported as implemented: 1 of 1 assessed, of 1." in mine
    bars = re.findall(r'width="(\d+)%">&nbsp;', words(dave).html)
    assert bars == ["26", "26", "78", "78"]


def test_a_chart_alone_is_nothing_to_say(dave):
    RecommendationFactory(reference="T-1")
    said = content(dave)
    assert said.chart.total == 1
    assert said.is_empty


def test_no_chart_of_nothing(alice, item, owned):
    assess(item, alice, "in_preparation")
    type(item).objects.update(withdrawn_at=NOW)
    said = words(alice)
    assert "WHERE IT ALL STANDS" not in said.text
    assert "m-chart" not in said.html[said.html.index("</style>") :]


@pytest.fixture
def everything_to_say(alice, ministry):
    """An item that is owed, changed, due and stale."""
    theme, source = ThemeFactory(), SourceFactory()
    made = RecommendationFactory(reference="T-1", target_on=TODAY + DAY, themes=[theme], source=source)
    AssignmentFactory(recommendation=made, organization=ministry)
    assess(made, alice, "partly")
    type(made).objects.update(assessed_on=TODAY - 182 * DAY)
    view = SavedView.objects.create(person=alice, name="Mine", query="status=partly", created_at=NOW, updated_at=NOW)
    return {"theme": theme, "source": source, "organization": ministry, "saved_view": view}


@pytest.mark.parametrize(
    ("scope", "filters"),
    [
        ("everything", ""),
        ("owned", "owner=me"),
        ("followed", "follower=me"),
        ("theme", "theme="),
        ("source", "source="),
        ("organization", "organization=ministry"),
        ("saved_view", "status=partly"),
    ],
)
def test_each_section_is_a_table_too(alice, client, everything_to_say, scope, filters):
    alice.follows.create(recommendation_id=everything_to_say["theme"].recommendations.get().pk, since=NOW)
    columns = {scope: everything_to_say[scope]} if scope in everything_to_say else {}
    said = words(alice, scope, **columns)
    found = re.findall(r"http://127\.0\.0\.1:8000(/\S+\.csv\S*)", said.text)
    assert len(found) == 5
    assert sum(filters in address for address in found) >= (
        3 if scope != "saved_view" else 2
    )  # it asks for a status itself
    client.force_login(alice)
    for address in found:
        assert html.escape(address) in said.html
        answer = client.get(address)
        assert answer.status_code == 200, address
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert len(rows) >= 1
    for address in re.findall(r"http://127\.0\.0\.1:8000(/recommendations/\?\S+)", said.text):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("query", [None, "status=no_longer_known"])
def test_of_a_saved_view_that_is_gone_or_means_nothing_any_more_nothing_is_said(alice, item, owned, query):
    assess(item, alice, "in_preparation")
    view = query and SavedView.objects.create(person=alice, name="Old", query=query, created_at=NOW, updated_at=NOW)
    assert content(alice, "saved_view", saved_view=view).is_empty


def test_the_changes_of_an_open_period_end_now(alice, item, owned):
    assess(item, alice, "in_preparation")
    text = words(alice, period=Period(NOW - DAY, NOW + DAY)).text
    assert "changes/changes.csv?since=2026-11-23T09:30:00Z&until=2026-11-24T09:30:00Z" in text


def mailed(person, **columns):
    """A reader of a mail that goes out."""
    return replace(reader(person, **columns), delivery=uuid.uuid4())


def ways_in(part):
    """Return who is answered for by which way, as the addresses of a mail say it."""
    found = re.findall(r"/digests/answer/([^/]+)/([a-z-]+)/", part)
    return [(links.signed_to_answer(signed), way) for signed, way in found]


def test_ways_to_answer_are_the_readers_own(alice, ministry, item, owned):
    colleague = PersonFactory(organization=ministry, role=Role.CONTRIBUTOR)
    readers = [mailed(alice), mailed(colleague), reader(alice), mailed(PersonFactory(organization=ministry))]
    mails = [render(one, said) for one, said in zip(readers, compose(readers), strict=True)]
    for one, mail in zip(readers[:2], mails[:2], strict=True):
        asked = reply.Link(one.delivery, "T-900", NOW)
        ways = [(asked, "changed"), (asked, "blocked"), (asked, "not-mine")]
        assert ways_in(mail.text) == ways_in(mail.html) == ways
    assert re.search(r'class="m-way" style="[^"]+" href="[^"]+/not-mine/">Not mine</a>', mails[0].html)
    for mail in mails[2:]:  # a preview, and somebody who may not report
        assert "WHAT YOU OWE" in mail.text
        assert ways_in(mail.text) == ways_in(mail.html) == []
    assert not {"\x00", "\x01"} & {*"".join(mail.html + mail.text for mail in mails)}


def test_what_was_reported_can_be_on_track(alice, item, owned):
    assess(item, alice, "partly")
    one = mailed(alice, language="ru")
    mail = render(one, compose([one])[0])
    assert [way for _link, way in ways_in(mail.text)] == ["on-track", "changed", "blocked", "not-mine"]
    assert max(map(len, re.findall(r"\S+/digests/answer/\S+", mail.text))) < 160
    assert mail.text == render(one, compose([one])[0]).text


def test_a_letter_is_kept_without_what_answers_for_its_reader(alice, item, owned):
    one = mailed(alice)
    mail = render(one, compose([one])[0])
    for part in (mail.text, mail.html):
        assert ways_in(links.kept(part)) == []
        assert links.kept(part).count("/recommendations/T-900/assess/") == 4


def test_what_does_not_fit_into_a_mail_is_left_to_the_page(alice, ministry, bob):
    title = "Очень длинное название рекомендации, каких бывает немало в документах " * 4
    for n in range(42):
        item = RecommendationFactory(reference=f"T-{n}", target_on=TODAY + DAY, title_ru=title[:290])
        AssignmentFactory(recommendation=item, organization=ministry)
        assess(item, bob, "partly", kind="review", narrative="Слово " * 60)
        type(item).objects.update(assessed_on=TODAY - 182 * DAY)
    said = words(alice, language="ru")
    assert 80_000 < len((said.html + said.text).encode()) < 100_000
    assert said.text.count("Продолжение:") == 4
    assert said.html.count("В письмо поместилось не всё.") == 4
    frame = re.sub(r'<table class="m-list".*?</table>', "", said.html, flags=re.DOTALL)
    frame += re.sub(rf"{plain.RULE}(?:(?!{plain.RULE}).)*?(?=Продолжение:)", "", said.text, flags=re.DOTALL)
    assert len(frame.encode()) < FRAME
    shares = [block.count("m-entry") for block in re.findall(r'<table class="m-list".*?</table>', said.html, re.DOTALL)]
    assert min(shares) >= 5
    assert MOST_BYTES < 100_000


def test_what_people_write_fills_no_section_of_the_mail(alice, ministry):
    item = RecommendationFactory(reference="T-1", target_on=TODAY + DAY, title_en="<!--due--> x <!--due--> <!--owed-->")
    AssignmentFactory(recommendation=item, organization=ministry)
    milestone.plan("T-1", milestone.Plan("<!--changed-->", TODAY + DAY), actor=alice, now=NOW - DAY)
    said = words(alice)
    for banner in ("WHAT YOU OWE", "WHAT CHANGED", "WHAT IS DUE"):
        assert said.text.count(f"\n{banner}\n") == 1
    assert said.text.count("\nT-1  <!--due--> x <!--due--> <!--owed-->\n") == said.html.count(">T-1<") == 3
    assert said.html.count("&lt;!--due--&gt; x &lt;!--due--&gt; &lt;!--owed--&gt;") == 3
    assert "“<!--changed-->”" in said.text
    assert "\x00" not in said.text + said.html


@pytest.mark.parametrize("language", ["en", "ru"])
def test_lines_of_the_text_are_short(everything_to_say, alice, language):
    made = head.publish(dt.date(2020, 1, 1), now=NOW)
    alice.role = Role.STEWARD  # who has it in the mail
    text = words(alice, language=language).text
    assert made.root in text
    long = [line for line in text.splitlines() if len(line) > plain.WIDTH]
    assert long
    assert [line for line in long if not re.fullmatch(r"\s*https?://\S+", line)] == []
    assert not re.search(r"\n\n\n", text)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Nobody has assessed these for half a year, or evidence for their status was retracted"),
        ("ru", "Эти рекомендации никто не оценивал полгода, либо подтверждение их статуса отозвано"),
    ],
)
def test_the_text_says_too_why_items_count_as_stale(everything_to_say, alice, language, said):
    mail = words(alice, language=language)
    assert said in flat(mail.text)
    assert said in flat(mail.html)
    part = mail.text[mail.text.index("WHAT WENT STALE" if language == "en" else "ЧТО УСТАРЕЛО") :]
    assert flat(part).index(said) < flat(part).index("T-1 ")


def test_the_foot_is_marked_as_mail_programs_know_it(everything_to_say, alice):
    assert words(alice).text.count("\n\n-- \nYou get this because") == 1


def test_both_parts_say_the_same_in_the_same_order(everything_to_say, alice):
    said = words(alice)
    headings = [html.unescape(found) for found in re.findall(r"<h2[^>]*>(.*?)</h2>", said.html)]
    banners = [line for line in said.text.splitlines() if line.isupper() and "  " not in line and ":" not in line]
    assert [heading.upper() for heading in headings] == banners


# Looks


def test_styles_are_those_that_css_inline_would_put_there(everything_to_say, alice):
    made = words(alice).html
    bare = re.sub(r' style="[^"]*"', "", made)
    expected = css_inline.CSSInliner(extra_css=inline.CSS, load_remote_stylesheets=False).inline(bare)
    pairs = [
        [re.sub(r"\s+", "", html.unescape(style)) for style in re.findall(r'style="([^"]*)"', one)]
        for one in (made[made.index("<body") :], expected[expected.index("<body") :])
    ]
    assert pairs[0] == pairs[1]
    assert len(pairs[0]) > 60


def test_only_classes_are_styled():
    rules = re.sub(r"/\*.*?\*/", "", inline.CSS, flags=re.DOTALL)
    selectors = [one.strip() for found in re.findall(r"([^{}]+)\{", rules) for one in found.split(",")]
    assert [one for one in selectors if not re.fullmatch(r"\.[a-z_-]+|@media .*", one)] == []
    assert inline.CSS.index("@media") > inline.CSS.rindex("\n.m-small {")  # what cannot be inlined comes last


def test_a_page_shows_a_mail_below_its_own_heading(everything_to_say, alice):
    page = shown(words(alice).html)
    assert "<h1" not in page
    assert '<h2 class="m-title">' in page
    assert page.count("<h3") == page.count("</h3>") == 5
    assert "style=" not in page
    assert "<!--" not in page
    assert shown("") == ""


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def colours(css):
    """Each class's colour of text and of ground."""
    found = {}
    for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        said = dict(re.findall(r"(?:^|[;\s])(color|background): (#[0-9a-f]{6})", rules))
        for selector in selectors.split(","):
            found.setdefault(selector.strip().removeprefix("."), {}).update(said)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_can_be_read(scheme):
    css = inline.CSS[: inline.CSS.index("@media")]
    found = colours(css)
    if scheme == "dark":
        dark = inline.CSS[inline.CSS.index("@media (prefers-color-scheme: dark) {") + 40 :]
        for name, said in colours(dark).items():
            found.setdefault(name, {}).update(said)
    sheet = found["m-section"]["background"]
    usual = found["m-mark"]
    for name, said in found.items():
        if "color" not in said or name == "m-preheader":
            continue
        ground = said.get("background", usual["background"] if name.startswith("m-mark") else sheet)
        assert contrast(said["color"], ground) >= 4.5, (scheme, name, said, ground)


# Speed


def test_what_many_get_is_composed_once_and_never_kept_for_long(item, owned, alice, dave, django_assert_num_queries):
    assess(item, alice, "in_preparation")
    desk = Desk()
    desk.clear(NOW)
    (first,) = compose([reader(dave)], desk)
    with django_assert_num_queries(1):  # what Alice owes is hers
        (second,) = compose([reader(alice)], desk)
    assert second.changed is first.changed
    assert told(second.owed) == ["T-900"]
    desk.clear(NOW + dt.timedelta(seconds=29))
    assert desk.shared
    desk.clear(NOW + dt.timedelta(seconds=30))
    assert not (desk.shared)
    assert not (desk.items)
    assert not (desk.queries)
    assert told(compose([reader(dave)], desk)[0].changed) == ["T-900"]


def test_nothing_personal_is_kept(item, owned, alice):
    desk = Desk()
    compose([reader(alice, "owned"), reader(alice, "followed")], desk)
    assert desk.shared == {}


def test_a_desk_is_never_large(alice):
    desk = Desk(items={key: {} for key in range(4001)})
    desk.clear(NOW)
    assert desk.items == {}


def test_statements_do_not_grow_with_owners_followers_and_visitors(ministry, alice, django_assert_num_queries):
    people = [alice]
    for n in range(4):
        item = RecommendationFactory(reference=f"T-{n}", target_on=TODAY)
        AssignmentFactory(recommendation=item, organization=ministry)
        assess(item, alice, "in_preparation")
        people.append(PersonFactory(organization=OrganizationFactory(), role=Role.CONTRIBUTOR))
        AssignmentFactory(recommendation=item, organization=people[-1].organization, role="supporting")
        people[-1].follows.create(recommendation=item, since=NOW)
    readers = [reader(person, scope) for person in people for scope in ("everything", "owned", "followed")]
    counts = []
    for some in (readers[:3], [*readers, visitor(), visitor()]):
        with django_assert_num_queries(9):
            counts.append(compose(some))
    assert [told(one.due) for one in counts[1][4:15:3]] == [["T-0"], ["T-1"], ["T-2"], ["T-3"]]
    assert [told(one.due) for one in counts[1][5:15:3]] == [["T-0"], ["T-1"], ["T-2"], ["T-3"]]
    assert [len(one.changed.rows) for one in counts[1][15:]] == [4, 4]


def test_a_rehearsal_holds_a_batch_at_a_time(alice, item, owned, monkeypatch):
    assess(item, alice, "in_preparation")
    wishes = [reader(alice).subscription for _each in range(120)]
    Subscription.objects.bulk_create(wishes)
    taken = []

    def planned(at=None):
        for wish in wishes:
            taken.append(wish)
            yield plan.Row(wish.pk, WEEK.start, WEEK.end, "planned")

    monkeypatch.setattr(plan, "rehearse", planned)
    found = rounds.rehearse()
    assert not next(found).is_empty
    assert len(taken) == 50
    assert sum(1 for _each in found) == 119
    assert not Delivery.objects.exists()


def test_evidence_is_the_verbs_too(item, owned, alice):
    draft = evidence.Draft("Decree 7", "https://example.org/7", dt.date(2026, 2, 1), "primary")
    evidence.attach(item.reference, draft, actor=alice, now=NOW - DAY)
    assess(item, alice, "partly")
    assert "Nothing is missing for the next step, “Mostly implemented”." in flat(words(alice).text)
