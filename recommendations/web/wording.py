"""What a steward writes of a recommendation, as fields: the same when it is registered, tracked in a text, and amended."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from recommendations.models import Theme
from recommendations.rules.access import Visibility
from recommendations.rules.vocabulary import Instrument, Priority
from recommendations.web.forms import DayField, LinesField, VerbForm


class WordingForm(VerbForm):
    """All of it but the reference, the source, and of what it is a part."""

    title_en = forms.CharField(
        label=gettext_lazy("Title in English"),
        help_text=gettext_lazy("In our own words; what the source says is quoted from its text."),
    )
    title_ru = forms.CharField(label=gettext_lazy("Title in Russian"), required=False)
    description_en = LinesField(label=gettext_lazy("Description in English"), required=False)
    description_ru = LinesField(label=gettext_lazy("Description in Russian"), required=False)
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    instrument = forms.ChoiceField(
        label=gettext_lazy("Instrument"), choices=Instrument.choices, initial=Instrument.OTHER
    )
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=Priority.choices, initial=Priority.NORMAL)
    target_on = DayField(
        label=gettext_lazy("Target date"),
        required=False,
        help_text=gettext_lazy("Only if somebody set one. Without it nothing is ever overdue."),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Visibility"),
        choices=Visibility.choices,
        initial=Visibility.PUBLIC,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("What is internal does not exist for visitors."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the themes that there are."""
        super().__init__(*args, **kwargs)
        self.fields["themes"].choices = [(each.slug, each.name) for each in Theme.objects.all()]  # type: ignore[attr-defined]


class NewWordingForm(WordingForm):
    """The same with the reference that it gets."""

    reference = forms.CharField(
        label=gettext_lazy("Reference"),
        help_text=gettext_lazy("Capital letters, a hyphen, a number. It is public, and cannot be changed later."),
    )


def written(said: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed as the verbs want it."""
    return {name: value for name, value in said.items() if name not in {"reference", "seen", "themes"}} | {
        "themes": tuple(said["themes"])
    }
