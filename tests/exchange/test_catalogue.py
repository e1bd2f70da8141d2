"""The catalogue's format, and the register's own catalogue."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest

import recommendations
from recommendations.actions.indicator import Reading
from recommendations.actions.passage import Placing
from recommendations.exchange import catalogue
from recommendations.exchange.lines import Wrong
from tests import article

OWN = Path(recommendations.__file__).parent / "catalogue"
FIGURES = "49.5 35.4 9.4 7.6 5.1 6.2 94.7 24.2 23.3 17.3 -10.4 36.5 33.3 33.3 33.3 30.1 99 1880 255 15 1.4 48 73 67 82"
GOOD = """format: 1
themes:
  - slug: trade
    name: {en: Trade, ru: Торговля}
source:
  slug: report-x
  title: {en: A report, ru: Доклад}
  published: 2019-06
recommendations:
  - reference: X-01
    title: {en: A fund, ru: Фонд}
    description: {en: Gives grants., ru: Выдаёт гранты.}
    instrument: fund
    priority: high
    themes: [trade]
    passages:
      - {paragraph: 2, section: Money, first: open a, last: fund, label: {en: Fund, ru: Фонд}}
indicators:
  - slug: share
    title: {en: A share, ru: Доля}
    unit: {en: "%", ru: "%"}
    kind: context
    direction: up
    baseline: 40
    target: 60.5
    recommendations: [X-01]
    observations:
      - {period: 2018, value: 49.5, value_high: 50, note: {en: Nearly., ru: Почти.}}
"""


def read(text=GOOD, **known):
    return catalogue.read(text.encode(), **known)


def test_good_file_is_read_whole():
    found = read()
    (theme,), (source,), (item,), (share,) = found.themes, found.sources, found.recommendations, found.indicators
    assert (theme.key, theme.fields) == ("trade", {"name_en": "Trade", "name_ru": "Торговля", "position": 1})
    assert source.fields["published_on"] == dt.date(2019, 6, 1)
    assert source.fields["published_precision"] == "month"
    assert (source.fields["language"], source.fields["url"]) == ("en", "")
    assert item.fields == {
        "title_en": "A fund",
        "title_ru": "Фонд",
        "description_en": "Gives grants.",
        "description_ru": "Выдаёт гранты.",
        "source": "report-x",
        "instrument": "fund",
        "themes": ("trade",),
        "priority": "high",
    }
    assert item.placings == (Placing("open a", "fund", 2, "Money", "Fund", "Фонд"),)
    assert (share.fields["is_context"], share.fields["target"]) == (True, Decimal("60.5"))
    assert share.observations == (
        Reading(
            dt.date(2018, 1, 1), dt.date(2018, 12, 31), Decimal("49.5"), Decimal(50), "Nearly.", "Почти.", "report-x"
        ),
    )


def test_little_is_needed():
    found = read("format: 1\nsource: {slug: a, title: {en: A, ru: А}}\n")
    assert found.sources[0].fields["published_on"] is None
    assert read("format: 1").themes == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("format: 1", "format: 2", 1, "Format “2” is not known; this program reads format 1"),
        ("format: 1\n", "", 1, "The file lacks the key “format”"),
        ("indicators:", "indicator:", 18, "The file has no key “indicator”"),
        (
            "themes:\n  - slug: trade\n    name: {en: Trade, ru: Торговля}",
            "themes: trade",
            2,
            "“themes” must be a list",
        ),
        ("  - slug: trade\n    name: {en: Trade, ru: Торговля}", "  - trade", 3, "A theme must be a mapping"),
        ("{en: Trade, ru: Торговля}", "Trade", 4, "“name” must be a mapping"),
        ("{en: Trade, ru: Торговля}", "{en: Trade}", 4, "“name” lacks the key “ru”"),
        ("{en: Trade, ru: Торговля}", "{en: Trade, ru: Торговля, de: Handel}", 4, "“name” has no key “de”"),
        ("slug: trade", "slug: Trade", 3, "A short name is lower-case"),
        ("slug: report-x\n", "slug: [report]\n", 6, "“slug” must be a text"),
        ("published: 2019-06", "published: June 2019", 8, "“published” must be a year, a month or a day that exists"),
        ("published: 2019-06", "published: 2019-02-30", 8, "“published” must be a year, a month or a day that exists"),
        ("published: 2019-06", "language: de", 8, "“de” is no value of “language”. Take one of these: en, ru."),
        ("reference: X-01", "reference: 01", 10, "A reference is capital letters"),
        ("instrument: fund", "instrument: money", 13, "“money” is no value of “instrument”"),
        ("    instrument: fund\n", "", 10, "A recommendation lacks the key “instrument”"),
        ("priority: high", "priority: top", 14, "“top” is no value of “priority”"),
        ("themes: [trade]", "themes: [tade]", 15, "“tade” is no value of “themes”. Take one of these: trade."),
        ("paragraph: 2", "paragraph: two", 17, "“paragraph” must be a whole number from 1"),
        ("first: open a", "fist: open a", 17, "A passage lacks the key “first”"),
        ("kind: context", "kind: other", 22, "“other” is no value of “kind”"),
        ("recommendations: [X-01]", "recommendations: [X-02]", 26, "“X-02” is no value of “recommendations”"),
        ("value: 49.5", "value: 49,5", 28, "An observation has no key “5”"),
        ("value: 49.5", "value: about 50", 28, "“value” must be a number such as 49.5"),
        ("period: 2018", "period: 2018/2017", 28, "The period ends before it begins"),
        ("period: 2018", "period: 2018-13", 28, "“period” must be a year"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old, new, line, words):
    assert GOOD.count(old) == 1
    with pytest.raises(Wrong) as caught:
        read(GOOD.replace(old, new))
    assert (caught.value.line, words in caught.value.detail) == (line, True), caught.value.detail


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("format: 1\nthemes:\n - {slug: a, name: {en: A, ru: А}}\n - {slug: a, name: {en: B, ru: Б}}\n", 4),
        (
            GOOD.replace(
                "indicators:",
                "  - {reference: X-01, title: {en: a, ru: а}, description: {en: a, ru: а}, instrument: fund}\nindicators:",
            ),
            18,
        ),
    ],
)
def test_second_of_the_same_name_is_refused(text, line):
    with pytest.raises(Wrong, match=r"stands here a second time \(first in line") as caught:
        read(text)
    assert caught.value.line == line


def test_recommendations_need_a_source():
    with pytest.raises(Wrong, match="lacks the key “source”"):
        read("format: 1\nindicators:\n  - {slug: a}\n")


def test_themes_of_the_register_are_known():
    bare = GOOD.replace("themes:\n  - slug: trade\n    name: {en: Trade, ru: Торговля}\n", "")
    with pytest.raises(Wrong, match="Take one of these: –"):
        read(bare)
    assert read(bare, themes={"trade"}).recommendations[0].fields["themes"] == ("trade",)


def own():
    themes = catalogue.read((OWN / "themes.yaml").read_bytes())
    slugs = {stated.key for stated in themes.themes}
    return themes.joined(catalogue.read((OWN / "sutyrin-2019.yaml").read_bytes(), themes=slugs))


def test_own_catalogue_is_complete():
    found = own()
    assert len(found.themes) == 5
    assert [stated.key for stated in found.recommendations] == [f"RB-{number:02}" for number in range(1, 11)]
    placed = {stated.key: [one.paragraph for one in stated.placings] for stated in found.recommendations}
    assert placed == {
        "RB-01": [32],
        "RB-02": [42],
        "RB-03": [42],
        "RB-04": [22, 22, 22],
        "RB-05": [42],
        "RB-06": [42],
        "RB-07": [42],
        "RB-08": [5, 43],
        "RB-09": [19],
        "RB-10": [27],
    }
    assert not any({"priority", "target_on"} & set(stated.fields) for stated in found.recommendations)


def test_own_catalogue_holds_the_figures():
    figures = {
        (stated.key, str(one.period_start), str(one.period_end)): (one.value, one.value_high)
        for stated in own().indicators
        for one in stated.observations
    }
    assert sorted(str(value) for value, _ in figures.values()) == sorted(FIGURES.split())
    assert figures["belarus-trade-share-china", "2019-01-01", "2019-04-30"] == (Decimal("6.2"), None)
    assert figures["joint-air-defence-effect", "2019-01-01", "2019-12-31"] == (Decimal("1.4"), Decimal("1.7"))


def test_own_catalogue_starts_outcomes_empty_and_takes_no_side_on_context():
    for stated in own().indicators:
        if stated.fields["is_context"]:
            assert stated.observations
            assert stated.fields["direction"] == "neither"
        else:
            assert not stated.observations
            assert stated.fields["direction"] == "up"


@pytest.mark.skipif(article.PATH is None, reason="the article is not at hand")
def test_own_catalogue_holds_no_sentence_of_the_article():
    ours = " ".join(re.findall(r"\w+", "".join(path.read_text() for path in OWN.glob("*.yaml")).lower()))
    theirs = re.findall(r"\w+", article.PATH.read_text().lower())
    runs = [" ".join(theirs[at : at + 9]) for at in range(len(theirs) - 8)]
    assert not [run for run in runs if run in ours]
