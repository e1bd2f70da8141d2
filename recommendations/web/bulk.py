"""The forms of what can be done to many recommendations at once, and what was said in one, in words."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.actions.bulk import VERBS
from recommendations.models import Organization, Person, Theme
from recommendations.models.assignment import AssignmentRole
from recommendations.models.batch import BatchVerb
from recommendations.rules import access
from recommendations.rules.access import Visibility
from recommendations.rules.lifecycle import Blocker, EvidenceKind, Kind, Status
from recommendations.rules.vocabulary import Priority
from recommendations.web.assignment import AssignmentForm
from recommendations.web.evidence import LINK_ALIASES, LINK_FIELDS, LinkForm
from recommendations.web.followup import AssessmentForm
from recommendations.web.forms import DayField, LinesField, VerbForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from recommendations.models import Batch

_AS_IT_IS: Final = ("", gettext_lazy("Leave as it is"))


class BulkAssessmentForm(LinkForm):
    """One status for all, and what it rests on: nothing, or one link that is attached to each and cited."""

    aliases = LINK_ALIASES
    field_order = ("kind", "value", "as_of", "narrative", "next_step", "next_review_on", "blockers", *LINK_FIELDS)

    kind = forms.ChoiceField(label=gettext_lazy("Rating"), choices=Kind.choices, widget=forms.RadioSelect)
    value = AssessmentForm.base_fields["value"]
    as_of = AssessmentForm.base_fields["as_of"]
    narrative = AssessmentForm.base_fields["narrative"]
    next_step = AssessmentForm.base_fields["next_step"]
    next_review_on = AssessmentForm.base_fields["next_review_on"]
    blockers = AssessmentForm.base_fields["blockers"]

    def __init__(self, data: QueryDict | None, *, person: Person, latest: dt.date) -> None:
        """Offer the kinds of rating that the person may give, and days up to today."""
        first = {"as_of": latest, "kind": Kind.REVIEW if access.may_review(person.role) else Kind.SELF}
        super().__init__(data, latest=latest, initial=first)
        if not access.may_review(person.role):
            self.fields["kind"].choices = [(Kind.SELF.value, Kind.SELF.label)]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """Return what the verb takes."""
        said = {name: value for name, value in self.cleaned_data.items() if not name.startswith("link_")}
        drafts = [
            {f: getattr(draft, f) for f in ("title", "url", "dated_on", "kind", "issuer")} for draft in self.drafts()
        ]
        return {**said, "blockers": tuple(said["blockers"]), **({"link": drafts[0]} if drafts else {})}


class BulkAmendmentForm(VerbForm):
    """What of all of them is to be changed; what stays empty stays as it is."""

    aliases: ClassVar[dict[str, str]] = {}

    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False, choices=[_AS_IT_IS, *Priority.choices])
    target_on = DayField(
        label=gettext_lazy("Target date"), required=False, help_text=gettext_lazy("Empty: each keeps its own.")
    )
    no_target = forms.BooleanField(label=gettext_lazy("Take the target date away"), required=False)
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Themes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("These instead of the ones that each has now. None: each keeps its own."),
    )
    visibility = forms.ChoiceField(
        label=gettext_lazy("Visibility"), required=False, choices=[_AS_IT_IS, *Visibility.choices]
    )

    def __init__(self, data: QueryDict | None, *, person: Person, latest: dt.date) -> None:
        """Offer the themes."""
        super().__init__(data)
        self.fields["themes"].choices = [(theme.slug, theme.name) for theme in Theme.objects.all()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a target date that is both given and taken away."""
        said = super().clean() or self.cleaned_data
        if said.get("target_on") and said.get("no_target"):
            self.add_error("no_target", _("Give a target date or take it away, not both."))
        return said

    def said(self) -> dict[str, Any]:
        """Return what the verb takes: only what is to be changed."""
        said = {name: value for name, value in self.cleaned_data.items() if value and name != "no_target"}
        if "themes" in said:
            said["themes"] = tuple(said["themes"])
        return {**said, **({"target_on": None} if self.cleaned_data["no_target"] else {})}


class BulkAssignmentForm(AssignmentForm):
    """Who becomes responsible for all of them."""

    def __init__(self, data: QueryDict | None, *, person: Person, latest: dt.date) -> None:
        """Begin today, unless said otherwise."""
        super().__init__(data, initial={"since": latest})

    def said(self) -> dict[str, Any]:
        """Return what the verb takes."""
        return {**self.cleaned_data, "person": self.cleaned_data["person"] or None}


class BulkWithdrawalForm(VerbForm):
    """Why all of them are no longer followed up."""

    reason = LinesField(
        label=gettext_lazy("Reason"), help_text=gettext_lazy("Readers see it in the history of each of them.")
    )

    def __init__(self, data: QueryDict | None, *, person: Person, latest: dt.date) -> None:
        """Take the reason."""
        super().__init__(data)

    def said(self) -> dict[str, Any]:
        """Return what the verb takes."""
        return dict(self.cleaned_data)


class BulkFollowForm(VerbForm):
    """Nothing has to be said."""

    def __init__(self, data: QueryDict | None, *, person: Person, latest: dt.date) -> None:
        """Take whether it was sent."""
        super().__init__(data)

    def said(self) -> dict[str, Any]:
        """Return what the verb takes."""
        return {}


FORMS: Final[dict[BatchVerb, type[Any]]] = {
    BatchVerb.ASSESS: BulkAssessmentForm,
    BatchVerb.AMEND: BulkAmendmentForm,
    BatchVerb.ASSIGN: BulkAssignmentForm,
    BatchVerb.WITHDRAW: BulkWithdrawalForm,
    BatchVerb.FOLLOW: BulkFollowForm,
}
_NEEDED: Final = {
    BatchVerb.FOLLOW: access.Role.READER,
    BatchVerb.ASSESS: access.Role.CONTRIBUTOR,
    BatchVerb.AMEND: access.Role.STEWARD,
    BatchVerb.ASSIGN: access.Role.STEWARD,
    BatchVerb.WITHDRAW: access.Role.STEWARD,
}
_LABELS: Final = {
    "kind": gettext_lazy("Rating"),
    "value": gettext_lazy("Status"),
    "as_of": gettext_lazy("As of"),
    "narrative": gettext_lazy("Narrative"),
    "next_step": gettext_lazy("Next step"),
    "next_review_on": gettext_lazy("Next review"),
    "blockers": gettext_lazy("What stands in the way"),
    "link": gettext_lazy("Evidence"),
    "priority": gettext_lazy("Priority"),
    "target_on": gettext_lazy("Target date"),
    "themes": gettext_lazy("Themes"),
    "visibility": gettext_lazy("Visibility"),
    "organization": gettext_lazy("Organization"),
    "person": gettext_lazy("Person"),
    "role": gettext_lazy("Role"),
    "since": gettext_lazy("Since"),
    "reason": gettext_lazy("Reason"),
}
_CHOICES: Final[dict[str, dict[str, Any]]] = {
    "kind": dict(Kind.choices),
    "value": dict(Status.choices),
    "blockers": dict(Blocker.choices),
    "priority": dict(Priority.choices),
    "visibility": dict(Visibility.choices),
    "role": dict(AssignmentRole.choices),
}


def offered(role: str) -> list[BatchVerb]:
    """Return what somebody of this role may do to many at once; the verbs ask again, for each item."""
    return [verb for verb in VERBS if access.at_least(role, _NEEDED[verb])]


def in_words(made: Batch) -> list[tuple[str, str]]:
    """Tell what was said, as pairs of label and value; at most a statement for each kind of name."""
    told = [
        (str(_LABELS[name]), _value(name, value)) for name, value in made.said.items() if value or name == "target_on"
    ]
    return [(label, value) for label, value in told if value]


def _value(name: str, value: Any) -> str:
    if name in _NAMES:
        return _NAMES[name](value)
    labels = _CHOICES.get(name, {})
    return ", ".join(str(labels.get(one, one)) for one in (value if isinstance(value, list) else [value]))


def _link(value: dict[str, str]) -> str:
    return f"{value['title']} ({EvidenceKind(value['kind']).label}, {_day(value['dated_on'])}), {value['url']}"


def _day(text: str | None) -> str:
    return date_format(dt.date.fromisoformat(text), "DATE_FORMAT") if text else _("taken away")


_NAMES: Final[dict[str, Callable[[Any], str]]] = {
    "as_of": _day,
    "next_review_on": _day,
    "target_on": _day,
    "since": _day,
    "link": _link,
    "organization": lambda slug: str(Organization.objects.filter(slug=slug).first() or slug),
    "person": lambda uuid: str(Person.objects.filter(uuid=uuid).first() or ""),
    "themes": lambda slugs: ", ".join(theme.name for theme in Theme.objects.filter(slug__in=slugs)),
}
