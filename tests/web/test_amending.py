"""Two people amend at once: nothing of either is lost without a word."""

import pytest
from django.utils import translation

from recommendations.actions import recommendation
from recommendations.models import Recommendation
from tests.factories import NOW, ThemeFactory
from tests.web.crawling import filled, tree
from tests.web.markup import faults
from tests.web.test_followup import text_of

pytestmark = pytest.mark.django_db
HERE = "/recommendations/T-900/amend/"
THEIRS = "Meanwhile the other person wrote: “{}”."


@pytest.fixture
def steward(client, carol, item):
    ThemeFactory(slug="energy", name_en="Energy")
    client.force_login(carol)
    return client


def typed(answer, **changed):
    """Return what a browser would send of the form on the page, some of it typed anew."""
    said = {}
    for control in tree(answer.content.decode()).iter():
        for name, value in filter(None, filled(control)):
            said.setdefault(name, []).append(value)
    return {name: values for name, values in said.items() if name not in {"q", "next", "language"}} | changed


def amend(carol, **changed):
    return recommendation.amend("T-900", changed, actor=carol, now=NOW, seen=None)


def test_what_was_left_alone_becomes_theirs(steward, carol):
    page = steward.get(HERE)
    amend(carol, description_ru="Описание.", themes=["energy"])
    answer = steward.post(HERE, typed(page, priority="high"))
    assert answer.status_code == 412
    assert faults(answer.content.decode()) == []
    words = "You left these alone, and they stand here as the other person wrote them: "
    assert words + "Description in Russian, Themes." in text_of(answer)
    assert "Meanwhile the other person" not in text_of(answer)
    assert steward.post(HERE, typed(answer)).status_code == 302
    made = Recommendation.objects.get(reference="T-900")
    assert (made.description_ru, made.priority) == ("Описание.", "high")
    assert [theme.slug for theme in made.themes.all()] == ["energy"]


def test_what_both_changed_is_shown_beside_theirs_and_sent_again(steward, carol):
    page = steward.get(HERE)
    amend(carol, title_en="Their title", priority="high", instrument="fund")
    answer = steward.post(HERE, typed(page, title_en="My title", priority="low", instrument="fund"))
    assert answer.status_code == 412
    assert THEIRS.format("Their title") in text_of(answer)
    assert THEIRS.format("High") in text_of(answer)
    assert "Fund" not in THEIRS.join(answer.context["form"].errors.get("instrument", ()))
    assert "You left these alone" not in text_of(answer)
    amend(carol, title_en="Their last title")
    answer = steward.post(HERE, typed(answer))
    assert THEIRS.format("Their last title") in text_of(answer)
    assert "“High”" not in text_of(answer)
    assert steward.post(HERE, typed(answer)).status_code == 302
    made = Recommendation.objects.get(reference="T-900")
    assert (made.title_en, made.priority) == ("My title", "low")


def test_russian_stewards_are_told_in_russian(steward, carol):
    carol.language = "ru"
    carol.save()
    page = steward.get(HERE)
    amend(carol, title_en="Their title", description_ru="Описание.")
    with translation.override("ru"):
        answer = steward.post(HERE, typed(page, title_en="My title"))
    assert "Тем временем другой человек написал: «Their title»." in text_of(answer)
    assert "Эти поля вы не меняли" in text_of(answer)
