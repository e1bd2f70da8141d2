"""One field of each kind, as it comes and with something wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.rules.vocabulary import Instrument, Priority
from recommendations.web.forms import DayField, LinesField
from recommendations.web.styleguide.specimen import Specimen, item
from recommendations.web.wording import NewWordingForm

if TYPE_CHECKING:
    from recommendations.web.labels import Words

_CHOICES: Final[list[tuple[str, Words]]] = list(Priority.choices)


class SampleForm(forms.Form):
    """One field of each kind."""

    line = forms.CharField(
        label=gettext_lazy("A line"), help_text=gettext_lazy("A hint says what helps to fill it in.")
    )
    lines = LinesField(label=gettext_lazy("Some lines"), required=False)
    one = forms.ChoiceField(label=gettext_lazy("One of many"), choices=Instrument.choices)
    radio = forms.ChoiceField(label=gettext_lazy("One of few"), choices=_CHOICES, widget=forms.RadioSelect)
    some = forms.MultipleChoiceField(
        label=gettext_lazy("Some of few"), choices=_CHOICES, widget=forms.CheckboxSelectMultiple, required=False
    )
    yes = forms.BooleanField(label=gettext_lazy("Yes or no"), help_text=gettext_lazy("What follows from yes."))
    day = DayField(label=gettext_lazy("A day"))
    number = forms.IntegerField(label=gettext_lazy("A number"))
    file = forms.FileField(label=gettext_lazy("A file"))


class LinkForm(forms.Form):
    """The fields of a link to a piece of evidence, which several pages share."""

    link_url = forms.URLField(label=gettext_lazy("Address"), assume_scheme="https")
    link_title = forms.CharField(label=gettext_lazy("Title"))
    link_kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=_CHOICES)
    link_dated_on = DayField(label=gettext_lazy("Date"))
    link_issuer = forms.CharField(label=gettext_lazy("Issuer"), required=False)


def specimens() -> list[Specimen]:
    """Return whole forms, and the parts that other forms are put together from."""
    wrong = SampleForm({"wrong-lines": _("What was typed stays.")}, prefix="wrong")
    wrong.add_error(None, _("Something is wrong that no field is to blame for."))
    remark = {"body": SampleForm(prefix="remark")["lines"]}
    return [
        Specimen("_form.html", {"form": SampleForm()}),
        Specimen("_form.html", {"form": wrong}),
        Specimen("recommendation/_wording.html", {"form": NewWordingForm(prefix="wording")}),
        Specimen("evidence/_link.html", {"form": LinkForm()}),
        Specimen("comment/_form.html", {"item": item(), "remark": remark}),
    ]
