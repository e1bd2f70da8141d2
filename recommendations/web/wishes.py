"""The form of a digest: about what, how often, when, in which language; the same for people and for visitors."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from recommendations.actions.subscription import CADENCES, Wish
from recommendations.models import Organization, Source, Theme
from recommendations.models.person import Language
from recommendations.models.subscription import Scope, Weekday
from recommendations.rules.periods import Cadence
from recommendations.web.forms import VerbForm


class WishForm(VerbForm):
    """What somebody wants to get, and when. `whole` are the choices besides the parts of the register."""

    aliases = {"subject": "about", "scope": "about"}
    whole: ClassVar[tuple[tuple[str, Any], ...]] = ()

    about = forms.ChoiceField(label=_("About"))
    cadence = forms.ChoiceField(label=_("How often"), choices=[(cadence.value, cadence.label) for cadence in CADENCES])
    weekday = forms.TypedChoiceField(
        label=_("Weekday"),
        choices=Weekday.choices,
        coerce=int,
        help_text=_("Counts for weekly digests. A monthly one comes on the first of the month."),
    )
    hour = forms.TypedChoiceField(label=_("Time"), coerce=int, choices=[(n, f"{n:02}:00") for n in range(24)])
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what there is to subscribe to."""
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [*self.whole, *self.own(), *_parts()]  # type: ignore[attr-defined]

    def own(self) -> list[tuple[Any, Any]]:
        """Return what only this one can choose."""
        return []


def wish_of(said: dict[str, Any]) -> Wish:
    """Return the wish that was typed in."""
    scope, _colon, subject = said["about"].partition(":")
    when = {name: said[name] for name in ("cadence", "weekday", "hour", "language")}
    if scope == Scope.NOTICES:  # the form says that they have a rhythm of their own
        when["cadence"] = Cadence.HOURLY
    return Wish(scope=scope, subject=subject, **when)


def form_of(wish: Wish) -> dict[str, Any]:
    """Return what the form shows of a wish."""
    about = f"{wish.scope}:{wish.subject}" if wish.subject else wish.scope
    if wish.cadence == Cadence.HOURLY:  # should it become something else, it needs a rhythm that others have
        wish = replace(wish, cadence=Cadence.WEEKLY)
    return {name: getattr(wish, name) for name in ("cadence", "weekday", "hour", "language")} | {"about": about}


def _parts() -> list[tuple[Any, Any]]:
    groups = (
        (_("A theme"), Scope.THEME, Theme.objects.all()),
        (_("A source"), Scope.SOURCE, Source.objects.order_by("-published_on", "slug")),
        (_("What an organization is responsible for"), Scope.ORGANIZATION, Organization.objects.all().by_name()),
    )
    return [(name, [(f"{scope.value}:{o.slug}", str(o)) for o in found]) for name, scope, found in groups]
