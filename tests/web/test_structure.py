"""Registering, amending, withdrawing, restoring, splitting and merging on pages; what pages say of the result."""

import re

import pytest

from recommendations.actions import followup, merging, passage, source, splitting, withdrawal
from recommendations.models import Event, Recommendation
from recommendations.models.person import REGISTER
from tests.factories import NOW, TODAY, AssignmentFactory, RecommendationFactory, SourceFactory, ThemeFactory
from tests.web.markup import faults
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
HERE = "/recommendations/T-900/"
WRITTEN = {
    "title_en": "A weather service", "source": "report", "themes": ["economy"], "instrument": "fund", "priority": "high",
    "visibility": "public",
}  # fmt: skip
ROWS = {"rows": "4", "reference_0": "T-910", "title_en_0": "First", "reference_2": "T-911", "title_en_2": "Second", "description_en_2": "Of it."}  # fmt: skip


@pytest.fixture
def double(item):
    """T-950, of another source, with a theme in common."""
    theme = ThemeFactory(slug="economy")
    item.themes.set([theme])
    return RecommendationFactory(reference="T-950", title_en="A joint service", themes=[theme])


@pytest.fixture
def steward(client, carol):
    client.force_login(carol)
    return client


@pytest.fixture
def whole(item, owned, carol):
    splitting.split(
        "T-900", [splitting.Part("T-910", "First"), splitting.Part("T-911", "Second")], actor=carol, now=NOW
    )
    return item


def get(reference):
    return Recommendation.objects.get(reference=reference)


def read(answer, status=200):
    assert answer.status_code == status, text_of(answer)[:1500]
    assert faults(answer.content.decode()) == []
    return text_of(answer)


ADDRESSES = {
    "/recommendations/new/": {**WRITTEN, "reference": "T-960"},
    f"{HERE}amend/": WRITTEN,
    f"{HERE}withdraw/": {"reason": "Because."},
    f"{HERE}restore/": {"reason": "Why not."},
    f"{HERE}split/": ROWS,
    f"{HERE}merge/": {"into": "T-950"},
}


@pytest.mark.parametrize("role", ["visitor", "reader", "contributor", "reviewer", "steward", "administrator"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_are_for_stewards(client, people, owned, double, role, address):
    SourceFactory(slug="report")
    if "restore" in address:
        Recommendation.objects.filter(reference="T-900").update(withdrawn_at=NOW)
    if people[role]:
        client.force_login(people[role])
    may = role in {"steward", "administrator"}
    assert client.get(address).status_code == (302 if role == "visitor" else 200 if may else 403)
    answer = client.post(address, ADDRESSES[address])
    assert answer.status_code == (302 if may or role == "visitor" else 403)
    assert Event.objects.exists() == may


def test_register_begins_with_the_next_reference_and_the_source_one_comes_from(steward, item):
    SourceFactory(slug="report")
    form = steward.get("/recommendations/new/?source=report").context["form"]
    assert (form["reference"].value(), form["source"].value()) == ("T-901", "report")
    Recommendation.objects.update(reference="T-999999999")
    assert steward.get("/recommendations/new/").context["form"]["reference"].value() == ""
    Recommendation.objects.all().delete()
    assert steward.get("/recommendations/new/").context["form"]["reference"].value() == "RB-01"


def test_register_makes_it_and_leads_to_its_page(steward, double):
    SourceFactory(slug="report")
    answer = steward.post("/recommendations/new/", {**WRITTEN, "reference": "T-960", "parent": "T-950"}, follow=True)
    assert answer.redirect_chain == [("/recommendations/T-960/", 302)]
    assert "T-960 is registered." in read(answer)
    made = get("T-960")
    assert (made.title_en, made.source.slug, made.parent) == ("A weather service", "report", double)
    assert [theme.slug for theme in made.themes.all()] == ["economy"]


def test_register_shows_what_is_wrong_beside_its_field(steward, double):
    text = read(steward.post("/recommendations/new/", {"reference": "t", "parent": "T-999"}), 400)
    assert "Source: This field is required." in text
    SourceFactory(slug="report")
    answer = steward.post("/recommendations/new/", {**WRITTEN, "reference": "T-950"})
    assert "The reference T-950 is taken" in read(answer, 409)
    assert answer.context["form"].errors.keys() == {"reference"}
    answer = steward.post("/recommendations/new/", {**WRITTEN, "reference": "T-960", "parent": "T-999"})
    assert answer.context["form"].errors.keys() == {"parent"}


def test_amend_shows_what_is_written_and_changes_it(steward, item, double):
    report = SourceFactory(slug="report")
    form = steward.get(f"{HERE}amend/").context["form"]
    assert (form["title_en"].value(), form["source"].value(), form["themes"].value()) == (item.title_en, item.source.slug, ("economy",))  # fmt: skip
    answer = steward.post(f"{HERE}amend/", {**WRITTEN, "seen": "1", "target_on": "2027-01-31"}, follow=True)
    assert "What is written of T-900 is changed." in read(answer)
    assert (get("T-900").title_en, get("T-900").source, str(get("T-900").target_on)) == ("A weather service", report, "2027-01-31")  # fmt: skip


def test_amend_when_somebody_was_faster_keeps_what_was_typed(steward, item, double):
    SourceFactory(slug="report")
    answer = steward.post(f"{HERE}amend/", {**WRITTEN, "seen": "7"})
    assert "Somebody was faster" in read(answer, 412)
    form = answer.context["form"]
    assert (form["title_en"].value(), form["seen"].value()) == ("A weather service", "1")


def test_withdraw_says_what_will_happen_and_restore_undoes_it(steward, whole):
    assert "The status of T-900, of which it is a part, is computed without it." in read(
        steward.get("/recommendations/T-910/withdraw/")
    )
    assert "This field is required." in read(steward.post("/recommendations/T-910/withdraw/", {"reason": ""}), 400)
    assert "T-910 is withdrawn" in read(
        steward.post("/recommendations/T-910/withdraw/", {"reason": "Because."}, follow=True)
    )
    assert get("T-900").elements == 1
    assert "was withdrawn before" in read(steward.get("/recommendations/T-910/withdraw/"), 409)
    page = read(steward.get("/recommendations/T-910/"))
    assert "Restore" in page
    assert "“Because.”" in page or "Because." in page
    assert "is computed with it" in read(steward.get("/recommendations/T-910/restore/"))
    assert "T-910 is followed up again." in read(steward.post("/recommendations/T-910/restore/", {"reason": "Why not."}, follow=True))  # fmt: skip
    assert get("T-900").elements == 2
    assert "was not withdrawn" in read(steward.get("/recommendations/T-910/restore/"), 409)
    assert "withdraw them first: T-910, T-911" in read(steward.get(f"{HERE}withdraw/"), 409)


def test_split_names_the_owners_and_makes_the_parts(steward, item, owned):
    page = steward.get(f"{HERE}split/")
    text = read(page)
    assert "Ministry (Lead)." in text
    assert "The first free reference is T-901." in text
    assert len(page.context["form"].parts) == 4
    answer = steward.post(f"{HERE}split/", {**ROWS, "seen": "1"}, follow=True)
    assert "T-900 has 2 parts now; its status is computed from theirs." in read(answer)
    assert [part.reference for part in item.children.all()] == ["T-910", "T-911"]
    assert "so that nobody loses their duty" not in text_of(steward.get("/recommendations/T-911/"))


def test_split_before_anybody_is_responsible_and_after_reports(steward, item, carol):
    said = followup.Statement(as_of=TODAY)
    followup.assess("T-900", "partly", kind="self", statement=said, actor=carol, now=NOW, seen=None)
    text = read(steward.get(f"{HERE}split/"))
    assert "so nobody for the parts" in text
    assert "the parts begin as not assessed" in text


def test_split_gives_more_rows_and_keeps_what_is_typed(steward, item):
    answer = steward.post(f"{HERE}split/", {**ROWS, "title_en_0": "", "more": "1", "seen": "1"})
    form = answer.context["form"]
    assert (form.count, form["reference_0"].value(), form["seen"].value()) == (6, "T-910", "1")
    assert "Nothing was saved yet" not in read(answer)
    assert 'name="rows" value="6"' in answer.content.decode()
    full = steward.post(f"{HERE}split/", {"rows": "49", "more": "1"})
    assert full.context["form"].count == 50
    assert "More rows" not in read(full)


@pytest.mark.parametrize(("rows", "count"), [("", 4), ("1", 2), ("999", 50), ("9" * 5000, 4), ("x", 4)])
def test_split_takes_no_odd_number_of_rows(steward, item, rows, count):
    answer = steward.post(f"{HERE}split/", {"rows": rows})
    assert (answer.status_code, answer.context["form"].count) == (400, count)


def test_split_shows_what_is_wrong_in_its_row(steward, item, double):
    said = {**ROWS, "reference_0": "t", "title_en_2": "", "description_ru_3": "Только слова"}
    answer = steward.post(f"{HERE}split/", said)
    read(answer, 400)
    assert set(answer.context["form"].errors) == {"reference_0", "title_en_2", "reference_3", "title_en_3"}
    answer = steward.post(f"{HERE}split/", {**ROWS, "reference_2": "T-950"})
    assert "Part 3: Reference: The reference T-950 is taken" in read(answer, 409)
    assert "Give from 2 to 50 parts." in read(steward.post(f"{HERE}split/", {"rows": "4", "reference_0": "T-910", "title_en_0": "A"}), 400)  # fmt: skip
    assert Recommendation.objects.count() == 2


def test_a_part_is_not_split_and_what_was_withdrawn_is_not_amended(steward, whole):
    assert "parts have no parts" in read(steward.get("/recommendations/T-910/split/"), 409)
    Recommendation.objects.filter(reference="T-911").update(withdrawn_at=NOW)
    for verb in ("amend", "split", "merge"):
        assert steward.get(f"/recommendations/T-911/{verb}/").status_code == 409


def test_merge_is_searched_for_looked_at_and_done(steward, item, double):
    assert "T-950" in read(steward.get(f"{HERE}merge/"))
    assert "T-950" in read(steward.get(f"{HERE}merge/?q=T-950"))
    assert "Nothing of another source is found" in read(steward.get(f"{HERE}merge/?q=T-900"))
    assert steward.get(f"{HERE}merge/?q=%00").status_code == 400
    text = read(steward.get(f"{HERE}merge/?into=T-950"))
    assert "Merge T-900 into T-950" in text
    assert "visitors only see" not in text
    answer = steward.post(f"{HERE}merge/", {"into": "T-950", "seen": "1"}, follow=True)
    assert answer.redirect_chain == [("/recommendations/T-950/", 302)]
    assert "T-900 is merged into T-950" in read(answer)
    assert "It is no longer shown with T-950" in read(steward.get(f"{HERE}restore/"))


def test_merge_refuses_before_it_asks(steward, item, double):
    twin = RecommendationFactory(reference="T-901", source=item.source)
    assert "only those of different sources" in read(steward.get(f"{HERE}merge/?into={twin.reference}"), 409)
    assert steward.get(f"{HERE}merge/?into=T-999").status_code == 404
    assert steward.post(f"{HERE}merge/", {}).status_code == 404
    assert "Somebody was faster" in read(steward.post(f"{HERE}merge/", {"into": "T-950", "seen": "7"}), 412)
    Recommendation.objects.filter(reference="T-950").update(visibility="internal")
    assert "visitors only see that this one was withdrawn" in read(steward.get(f"{HERE}merge/?into=T-950"))
    double.themes.clear()
    assert "No other source recommends anything of the same themes" in read(steward.get(f"{HERE}merge/"))


def test_merge_offers_no_more_than_it_can_show(steward, item, double):
    for _ in range(21):
        RecommendationFactory(themes=item.themes.all())
    page = steward.get(f"{HERE}merge/")
    assert (len(page.context["rows"]), page.context["has_more"]) == (20, True)
    read(page)


# What pages say of it


def said_by(number, item):
    """Let a source say the words of an item, and return the source."""
    passage.place(item.reference, item.source.slug, [passage.Placing("Words", str(number))], actor=REGISTER, now=NOW)
    source.read_in(item.source.slug, f"Words of number {number}\n".encode(), actor=REGISTER, now=NOW)


def test_the_page_of_a_whole_shows_what_it_is_computed_from(client, whole, alice):
    said = followup.Statement(as_of=TODAY)
    followup.assess("T-910", "partly", kind="self", statement=said, actor=alice, now=NOW, seen=None)
    text = read(client.get(HERE))
    assert "computed from those of its parts" in text
    assert "Computed from 2 parts, 0 of them assessed." in text
    assert "Computed from 2 parts, 1 of them assessed." in text
    assert re.search(r"T-910 First.*Not assessed.*Partly implemented.*T-911 Second", text)
    assert "computed from 2 parts" in read(client.get("/recommendations/"))
    client.force_login(alice)
    steps = client.get(HERE).context["steps"]
    assert (steps.report, steps.attach) == (False, True)
    assert "Update the status of its parts: T-910, T-911." in read(client.get(f"{HERE}assess/"), 409)


def test_the_page_of_a_part_shows_the_wording_of_the_whole(client, item, carol):
    said_by(7, item)
    splitting.split(
        "T-900", [splitting.Part("T-910", "First"), splitting.Part("T-911", "Second")], actor=carol, now=NOW
    )
    assert "The wording of T-900, of which this is a part: Words of number 7" in read(
        client.get("/recommendations/T-910/")
    )
    Recommendation.objects.filter(reference="T-900").update(visibility="internal")
    text = read(client.get("/recommendations/T-910/"))
    assert "T-900" not in text
    assert "number 7" not in text


def test_pages_of_what_was_merged_show_both_sources(client, item, double, carol):
    said_by(7, item)
    said_by(8, double)
    merging.merge("T-900", "T-950", actor=carol, now=NOW)
    text = read(client.get("/recommendations/T-950/"))
    assert "Also recommended by" in text
    assert "Words of number 7" in text
    assert "T-950 A joint service" in read(client.get(HERE))
    reading = client.get(f"/sources/{item.source.slug}/")
    assert "T-950" in read(reading)
    assert "Merged into: T-950" in text_of(client.get("/history/")).replace("Merged into T-950", "Merged into: T-950")


def test_strangers_learn_nothing_of_internal_duplicates_or_parts(client, item, double, carol, dave):
    said_by(7, item)
    merging.merge("T-900", "T-950", actor=carol, now=NOW)
    Recommendation.objects.filter(reference="T-900").update(visibility="internal")
    for address in ("/recommendations/T-950/", f"/sources/{item.source.slug}/", "/history/", "/recommendations/", "/"):
        assert "T-900" not in client.get(address).content.decode(), address
    Recommendation.objects.filter(reference="T-900").update(visibility="public")
    Recommendation.objects.filter(reference="T-950").update(visibility="internal")
    for address in (HERE, f"/sources/{item.source.slug}/", "/history/", "/recommendations/", "/"):
        assert "T-950" not in client.get(address).content.decode(), address
    client.force_login(dave)
    assert "T-950" in read(client.get(HERE))


def test_an_internal_part_of_a_public_whole_is_marked(client, whole, dave, carol):
    from recommendations.actions import recommendation

    recommendation.amend("T-911", {"visibility": "internal"}, actor=carol, now=NOW, seen=None)
    assert "T-911" not in read(client.get(HERE))
    client.force_login(dave)
    assert "Internal, not counted" in read(client.get(HERE))


def test_figures_of_the_overview_count_parts_and_lead_to_lists_that_agree(client, whole):
    page = client.get("/")
    assert page.context["figures"].total == 2
    assert "1 recommendation is split, and is counted here by its parts." in read(page)
    links = [link.replace("&amp;", "&") for link in re.findall(r'class="figure" href="([^"]+)"', page.content.decode())]
    assert links[0] == "/recommendations/?computed=false"
    assert all("computed=false" in link and "amp;" not in link for link in links)
    assert [row["reference"] for row in client.get(links[0]).context["page"].rows] == ["T-910", "T-911"]


def test_owners_owe_the_parts_and_not_the_whole(client, whole, alice, carol):
    client.force_login(alice)
    owed = {debt.item.reference for group in client.get("/my/").context["groups"] for debt in group.debts}
    assert owed == {"T-910", "T-911"}


def test_history_tells_of_each_act(client, whole, double, carol):
    withdrawal.withdraw("T-910", "It was no part.", actor=carol, now=NOW)
    text = read(client.get("/history/"))
    for words in ("T-910, T-911", "It was no part.", "Split into parts", "Status computed from the parts"):
        assert words in text


def test_the_page_asks_the_same_for_one_and_three_duplicates(client, item, double, carol, django_assert_num_queries):
    def ask(count):
        for number in range(count):
            other = RecommendationFactory(reference=f"T-97{number}{count}")
            said_by(number, other)
            merging.merge(other.reference, "T-950", actor=carol, now=NOW)
        with django_assert_num_queries(queries[-1] if queries else 999) if len(queries) > 1 else capture() as found:
            client.get("/recommendations/T-950/")
        queries.append(len(found))

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def capture():
        return CaptureQueriesContext(connection)

    queries = []
    ask(1)
    ask(2)
    assert queries[0] == queries[1]


def test_steps_offer_what_is_possible(client, whole, carol, double):
    AssignmentFactory(recommendation=double)
    client.force_login(carol)

    def offered(reference):
        steps = client.get(f"/recommendations/{reference}/").context["steps"]
        return steps.split, steps.retire, steps.report, steps.restore

    assert offered("T-900") == (True, False, False, False)
    assert offered("T-910") == (False, True, True, False)
    merging.merge("T-910", "T-950", actor=carol, now=NOW)
    assert offered("T-910") == (False, False, False, True)
    assert "Add parts" in read(client.get(HERE))
