"""Searching: word forms of both languages, references, ranks, typing errors, and what strangers learn of it."""

import datetime as dt

import pytest
from django.db import connection

from recommendations.actions import recommendation, splitting
from recommendations.models import Recommendation, Word, finding, listing, past, relevance, search, spelling
from recommendations.models.listing import PARTS, as_rows
from recommendations.models.prepared import Prepared
from recommendations.models.spelling import Spelling
from recommendations.rules.errors import Invalid
from recommendations.rules.selection import Selection, parse
from recommendations.texts import marks
from tests.factories import NOW, TODAY, RecommendationFactory, SourceFactory, ThemeFactory, let_it_stand

pytestmark = pytest.mark.django_db


def add(reference, title_en="A", title_ru="", **said):
    return RecommendationFactory(reference=reference, title_en=title_en, title_ru=title_ru, **said)


def find(person=None, cursor=None, size=50, **asked):
    wanted = parse({name: [value] for name, value in asked.items()})
    return finding.find(wanted, person=person, today=TODAY, cursor=cursor, size=size)


def found(person=None, **asked):
    return [row["reference"] for row in find(person, **asked).page.rows]


@pytest.fixture
def texts():
    source = SourceFactory()
    add(
        "T-1",
        "Grants for students",
        "Гранты студентам",
        description_en="Money.",
        description_ru="Деньги.",
        source=source,
    )
    add("T-2", "A fund", "Учёный фонд", description_en="It gives grants to a naïve café.", source=source)
    add("T-3", "Courts", "Суды", description_ru="Всё о судах и фондах", source=source)


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("grant", ["T-1", "T-2"]),
        ("granting", ["T-1", "T-2"]),
        ("грантами", ["T-1"]),
        ("фонды", ["T-2", "T-3"]),
        ("ученые", ["T-2"]),
        ("учёный", ["T-2"]),
        ("все о судах", ["T-3"]),
        ("naive CAFE", ["T-2"]),
        ("naïve", ["T-2"]),
        ("grants фонд", ["T-2"]),
        ('"grants for students"', ["T-1"]),
        ('"students grants"', []),
        ("grants -fund", ["T-1"]),
        ("students OR courts", ["T-1", "T-3"]),
        ("the", []),
        ("t-3", ["T-3"]),
        (" T-3 ", ["T-3"]),
        ("t-03", ["T-3"]),
    ],
)
def test_words_are_found_in_any_form_of_either_language(texts, words, hits):
    assert sorted(found(q=words)) == hits
    assert sorted(found(q=words, ordering="reference")) == hits


def test_what_is_excluded_in_one_language_is_excluded_altogether(texts):
    assert found(q="-фонды", ordering="reference") == ["T-1"]
    assert found(q="-grants", ordering="reference") == ["T-3"]


def test_titles_come_before_descriptions_and_the_reference_before_all():
    add("T-1", "Something", description_en="Energy, energy, energy and energy.")
    add("T-2", "Energy")
    add("T-3", "Something else about energy and much more that is not about it at all")
    add("T-4", "As T-5 says")
    add("T-5", "Quite another one")
    assert found(q="energy") == ["T-2", "T-3", "T-1"]
    assert found(q="energy", ordering="-relevance") == ["T-1", "T-3", "T-2"]
    assert found(q="t-5") == ["T-5", "T-4"]


def test_relevance_needs_words():
    with pytest.raises(Invalid) as refused:
        parse({"ordering": ["-relevance"]})
    assert [(p.code, p.field) for p in refused.value.problems] == [("nothing_searched", "ordering")]
    assert parse({"q": ["energy"]}).ordering == "relevance"
    assert parse({"q": ["energy"], "ordering": ["reference"]}).ordering == "reference"
    assert Selection().usual_ordering == "reference"


@pytest.mark.parametrize("ordering", ["relevance", "-relevance"])
@pytest.mark.parametrize("most", [4, 6, 7, 100])
@pytest.mark.parametrize("size", [1, 2, 3, 10])
def test_ranked_pages_go_on_with_the_older_ones_there_and_back(monkeypatch, most, size, ordering):
    monkeypatch.setattr(relevance, "MOST", most)
    source = SourceFactory()
    for number in range(1, 8):
        add(f"T-{number}", "Energy" if number in {2, 6} else "Other", description_en="About energy.", source=source)
    ranked = [n for n in range(1, 8) if n > 7 - most]
    expected = [n for n in (6, 2) if n in ranked]
    expected += [n for n in reversed(ranked) if n not in expected] + [n for n in range(7, 0, -1) if n not in ranked]
    names = [f"T-{number}" for number in (expected if ordering == "relevance" else reversed(expected))]
    page, seen, back = find(size=size, q="energy", ordering=ordering).page, [], []
    seen += [row["reference"] for row in page.rows]
    while page.next:
        page = find(cursor=page.next, size=size, q="energy", ordering=ordering).page
        seen += [row["reference"] for row in page.rows]
    assert seen == names
    while page.previous:
        page = find(cursor=page.previous, size=size, q="energy", ordering=ordering).page
        back = [row["reference"] for row in page.rows] + back
    assert back == names[: len(back)]


def test_the_floor_stays_while_new_hits_come(monkeypatch):
    monkeypatch.setattr(relevance, "MOST", 3)
    source = SourceFactory()
    for number in range(1, 7):
        add(f"T-{number}", "Energy", source=source)
    page, seen = find(size=2, q="energy").page, []
    while True:
        seen += [row["reference"] for row in page.rows]
        add(f"N-{len(seen)}", "Energy", source=source)
        if page.next is None:
            break
        page = find(cursor=page.next, size=2, q="energy").page
    assert [name for name in seen if name.startswith("T")] == ["T-6", "T-5", "T-4", "T-3", "T-2", "T-1"]


def test_common_words_in_another_order_are_walked_in_it(monkeypatch, texts):
    monkeypatch.setattr(relevance, "MOST", 1)
    made = find(q="grants", ordering="reference", size=1)
    assert (made.known, made.count(), [row["reference"] for row in made.page.rows]) == (None, 2, ["T-1"])
    assert find(q="students", ordering="reference").known == 1


def test_counts_need_no_statement_where_the_page_tells(texts, django_assert_num_queries):
    made = find(q="grants")
    with django_assert_num_queries(0):
        assert made.count() == 2
    assert find(q="grants", size=1).known == 2
    made = find(size=1)
    with django_assert_num_queries(1):
        assert made.count(2) == 2


@pytest.mark.parametrize("window", [1, 3, 100])
@pytest.mark.parametrize("most", [1, 2, 100])
def test_the_newest_hits_are_found_whatever_is_walked_first(monkeypatch, texts, window, most):
    monkeypatch.setattr(relevance, "WINDOW", window)
    monkeypatch.setattr(relevance, "MOST", most)
    hits = Recommendation.objects.matching("grants").values_list("reference", flat=True)
    assert relevance.newest(hits) == ["T-2", "T-1"][: most + 1]


# Spelling


@pytest.mark.parametrize(
    ("asked", "used"),
    [
        ("grnats", "grants"),
        ("studnets grants", "students grants"),
        ("грнаты", "гранты"),
        ("studentss OR xyzzyx", "students OR xyzzyx"),
        ('"grnats"', None),
        ("-grnats", None),
        ("qwertyuiop", None),
        ("fun", None),
        ("grants", None),
        ("about", None),
        ("12345678", None),
    ],
)
def test_a_typing_error_is_put_right(texts, asked, used):
    made = spelling.corrected(asked, None)
    assert made == (used and Spelling(asked, used))


def test_a_corrected_search_says_so_and_can_be_asked_literally(texts):
    made = find(q="grnats")
    assert (made.spelling, [row["reference"] for row in made.page.rows]) == (
        Spelling("grnats", "grants"),
        ["T-1", "T-2"],
    )
    assert find(q="grants").spelling is None
    assert find(q=made.spelling.literal).page.rows == []
    assert Spelling('a "b c" OR -d e', "").literal == '"a" "b c" OR -d "e"'


@pytest.mark.parametrize("asked", ["t-01", "T1", "t 1", "T–001", " T.1 "])
def test_a_reference_is_found_however_it_is_written(texts, asked):
    made = find(q=asked.strip())
    assert (made.spelling.used, [row["reference"] for row in made.page.rows]) == ("T-1", ["T-1"])


def test_a_reference_that_is_none_or_hidden_is_not_guessed(texts, dave):
    add("T-77", visibility="internal")
    assert find(q="t77").page.rows == find(q="t78").page.rows == []
    assert find(dave, q="t77").spelling.used == "T-77"


def test_nothing_is_put_right_when_that_finds_nothing(texts):
    assert find(q="grnats", status="partly").spelling is None
    assert find(q="grnats courts", status="partly").spelling is None


@pytest.mark.parametrize(
    ("asked", "used"),
    [
        ("grants courts", "grants OR courts"),
        ("grnats courts", "grants OR courts"),
        ("courts qwertyuiop", "courts OR qwertyuiop"),
        ("grants -students courts", None),
        ('"grants" courts', None),
        ("qwertyuiop", None),
    ],
)
def test_any_of_the_words_is_enough_when_nothing_has_all_of_them(texts, asked, used):
    made, matching = find(q=asked), finding.matching(Selection(q=asked), person=None, today=TODAY)
    assert made.spelling == matching.spelling == (used and Spelling(asked, used))
    assert bool(made.page.rows) == bool(matching.items.exists()) == bool(used)


def test_words_that_were_put_together_otherwise_are_told_as_people_write_them():
    wider = Spelling("grants courts", "grants OR courts")
    assert (wider.is_wider, wider.words) == (True, "grants, courts")
    assert (Spelling("a OR c", "b OR c").is_wider, Spelling("grnats", "grants").words) == (False, "grants")


def test_words_of_internal_items_are_offered_to_nobody_else(texts, dave):
    add("T-9", "Submarines", visibility="internal")
    assert spelling.corrected("submarnies", dave) == Spelling("submarnies", "submarines")
    assert spelling.corrected("submarnies", None) is None
    opened = add("T-8", "Helicopters")
    assert spelling.corrected("helicoptres", None) is not None
    Recommendation.objects.filter(pk=opened.pk).update(visibility="internal")
    assert spelling.corrected("helicoptres", None) is None
    assert spelling.corrected("helicoptres", dave) is not None


def known(visibility="public"):
    return set(Word.objects.filter(visibility=visibility).values_list("word", flat=True))


def test_words_are_kept_by_every_way_of_writing(carol):
    source = SourceFactory(slug="report")
    recommendation.register("T-1", recommendation.Wording("Naïve Lighthouses ok", "report"), actor=carol, now=NOW)
    assert known() == {"naive", "lighthouses"}
    recommendation.amend("T-1", {"description_ru": "Ёлки и 12 ёлок"}, actor=carol, now=NOW, seen=None)
    assert known() == {"naive", "lighthouses", "елки", "елок"}
    splitting.split("T-1", [splitting.Part("T-2", "Harbours"), splitting.Part("T-3", "Bridges")], actor=carol, now=NOW)
    assert known() >= {"harbours", "bridges"}
    many = [
        Recommendation(reference=f"B-{n}", title_en=f"Bulk {word}", source=source, created_at=NOW, updated_at=NOW)
        for n, word in enumerate(("tunnels", "tunnels", "railways"))
    ]
    Recommendation.objects.bulk_create(many)
    assert known() >= {"bulk", "tunnels", "railways"}
    assert Word.objects.filter(word="tunnels").count() == 1
    recommendation.amend("T-1", {"visibility": "internal"}, actor=carol, now=NOW, seen=None)
    assert known("internal") == {"naive", "lighthouses", "елки", "елок"}
    count = Word.objects.count()
    Recommendation.objects.update(priority="high", title_en="Bulk railways")
    assert Word.objects.count() == count + 2  # two words of which one internal item had none


def test_the_past_is_searched_by_what_it_said(texts):
    let_it_stand()
    Recommendation.objects.filter(reference="T-1").update(title_en="Lighthouses", title_ru="")
    assert found(q="students") == []
    with past.as_of(dt.datetime(2026, 1, 1, tzinfo=dt.UTC)):
        assert found(q="students") == ["T-1"]
        assert find(q="studnets").spelling == Spelling("studnets", "students")


# What is marked


def test_highlights_mark_what_was_found(texts):
    keys = dict(Recommendation.objects.values_list("reference", "id"))
    made = search.highlights(keys.values(), "фонды OR grants OR cafe", "ru")
    texts_ = {name: tuple(map(marks.as_html, made[key])) for name, key in keys.items()}
    assert texts_ == {
        "T-1": ("Гранты студентам", ""),
        "T-2": ("Учёный <mark>фонд</mark>", "gives <mark>grants</mark> to a naïve <mark>café</mark>"),
        "T-3": ("Суды", "Всё о судах и <mark>фондах</mark>"),
    }
    assert search.highlights([keys["T-2"]], "ученых", "ru")[keys["T-2"]][0] == f"{marks.BEGIN}Учёный{marks.END} фонд"


def test_highlights_are_safe():
    item = add("T-1", "<b>Grants</b> & <mark>")
    title, _text = search.highlights([item.pk], "grants", "en")[item.pk]
    assert marks.as_html(title) == "&lt;b&gt;<mark>Grants</mark>&lt;/b&gt; &amp; &lt;mark&gt;"


# Rows by keys


def test_prepared_rows_are_those_of_the_list(texts, dave):
    theme = ThemeFactory()
    item = Recommendation.objects.get(reference="T-1")
    item.themes.set([theme])
    hidden = add("T-7", visibility="internal")
    Recommendation.objects.filter(reference="T-2").update(parent=hidden)
    for person in (None, dave):
        rows = {row["id"]: row for row in as_rows(Recommendation.objects.visible_to(person), reader=person)}
        for _again in range(4):  # the third time it is planned no more
            assert {row["id"]: row for row in find(person).page.rows} == rows
    without = finding.find(Selection(), person=None, today=TODAY, cursor=None, size=1, without=PARTS).page.rows[0]
    assert not PARTS & set(without)


def test_prepared_rows_keep_their_order_and_limit(texts):
    made = Prepared(Recommendation.objects.order_by("-sort_key").values("reference"), "source_id", most=2)
    assert made.rows(SourceFactory().pk) == []
    source = Recommendation.objects.get(reference="T-1").source_id
    assert made.rows(source) == [{"reference": "T-3"}, {"reference": "T-2"}]


def test_no_ordering_reads_the_whole_table():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    for ordering in ("reference", "due_on", "updated_at", "priority", "status"):
        rows, order = listing.ordered(Recommendation.objects.all(), ordering)
        plan = rows.order_by(order.column, "id").values("id", order.column)[:25].explain()
        assert "Index" in plan, (ordering, plan)
        assert "Sort" not in plan, (ordering, plan)
