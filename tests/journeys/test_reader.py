"""A reader keeps a list by name, gets it by mail, and follows a recommendation."""

import pytest

from recommendations.management.commands.seed_demo import AT
from recommendations.models import SavedView, Subscription

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_reader_saves_a_view_gets_it_by_mail_and_follows(walk):
    reader = walk("reader").come("/recommendations/")
    reader.unfold("Filters: status, theme, delivery, response, source, lead and others")
    reader.tick(reader.either("Education and science", "Образование и наука"), exact=False)
    if not reader.way.has_scripts:
        reader.press("Apply the filters")
    reader.reads(reader.either("3 recommendations", "3 рекомендации"), within="#count")
    reader.unfold("Save this view")
    reader.write("Name", reader.either("Education", "Образование"), within=".shelf", context="of a thing")
    reader.press("Save", within=".shelf")
    view = SavedView.objects.get()
    reader.reads("The view “%(name)s” is saved.", within=".message-success", name=view.name)

    reader.follow("Get a digest about it", exact=False)
    reader.choose("How often", "Monthly", context="cadence")
    reader.press("Subscribe", within="#content")
    reader.reads("You are subscribed; the first digest comes when its period has ended.", within=".message-success")
    wish = Subscription.objects.get(person__email=f"reader{AT}")
    assert (wish.cadence, wish.saved_view, wish.language) == ("monthly", view, reader.way.language)

    reader.come("/recommendations/RB-01/")
    reader.press("Follow this recommendation")
    reader.reads("You follow this.")
    reader.follow("My work")
    reader.reads("RB-01", within="[aria-labelledby=following]")
