"""Forms that parse. Whether what was typed may be, the verbs say; what they refuse is shown beside the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from recommendations.rules.errors import Forbidden, Missing, Refused, Stale, Unlawful

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")


class VerbForm(forms.Form):
    """A form behind which stands a verb. `aliases` maps the verb's names of fields to the form's."""

    aliases: ClassVar[dict[str, str]] = {}
    refused: Refused | None = None

    def attempt(self, verb: Callable[[dict[str, Any]], Result]) -> Result | None:
        """Call the verb with what was typed; show what it refuses.

        Who may not, or may not see, gets a page that says so: those refusals go on.
        """
        if not self.is_valid():
            return None
        try:
            return verb(self.cleaned_data)
        except (Forbidden, Missing):
            raise
        except Refused as refused:
            self._show(refused)
        return None

    @property
    def status(self) -> int:
        """The status of the answer that shows this form."""
        if not self.errors:
            return 200
        return 412 if self.is_stale else 409 if isinstance(self.refused, Unlawful) else 400

    @property
    def is_stale(self) -> bool:
        """Whether somebody was faster."""
        return isinstance(self.refused, Stale)

    def _show(self, refused: Refused) -> None:
        self.refused = refused
        for problem in refused.problems:
            name = self.aliases.get(problem.field, problem.field.partition("/")[0])
            shown = name in self.fields and not self.fields[name].widget.is_hidden
            self.add_error(name if shown else None, str(problem.detail))


class SeenForm(VerbForm):
    """A form that carries the version its writer saw; when somebody was faster, what is typed can be sent again."""

    aliases = {"version": "seen"}

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def _show(self, refused: Refused) -> None:
        super()._show(refused)
        if isinstance(refused, Stale):
            self.data = MultiValueDict({**self.data, "seen": [str(refused.current)]})


class AmendingForm(SeenForm):
    """A form that shows what stands (`initial`, with the version as `seen`), to change some of it.

    It remembers what its writer saw: when somebody was faster, what the writer left alone becomes theirs, and what both
    changed stays as typed, with theirs beside it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Send what stands along, hidden."""
        super().__init__(*args, **kwargs)
        if "seen" in self.initial:
            for bound in self.visible_fields():
                bound.field.show_hidden_initial = True

    def _show(self, refused: Refused) -> None:
        typed = set(self.changed_data)
        super()._show(refused)
        if not isinstance(refused, Stale):
            return
        remembered = any(bound.html_initial_name in self.data for bound in self.visible_fields())
        theirs = [bound for bound in self.visible_fields() if remembered and self._is_theirs(bound)]
        said = MultiValueDict({**self.data, "seen": [str(self.initial["seen"])]})
        for bound in theirs:
            self._renew(bound, said, is_typed=bound.name in typed)
        self.data = said
        taken = [str(bound.label) for bound in theirs if bound.name not in typed]
        if taken:
            text = _("You left these alone, and they stand here as the other person wrote them: %(fields)s.")
            self.add_error(None, text % {"fields": ", ".join(taken)})

    def _is_theirs(self, bound: forms.BoundField) -> bool:
        """Tell whether what stands now is not what the writer saw."""
        hidden = bound.field.hidden_widget()
        seen = hidden.value_from_datadict(self.data, self.files, bound.html_initial_name)
        return bound.field.has_changed(bound.initial, seen)

    def _renew(self, bound: forms.BoundField, said: MultiValueDict[str, str], *, is_typed: bool) -> None:
        """Put what stands now where it was seen before; and where nothing was typed, also into the field."""
        stands = bound.field.widget.format_value(bound.field.prepare_value(bound.initial)) or ""
        values = stands if isinstance(stands, list) else [stands]
        said.setlist(bound.html_initial_name, values)
        if not is_typed:
            said.setlist(bound.html_name, values)
        elif bound.field.has_changed(bound.initial, bound.data):
            text = _(
                "Meanwhile the other person wrote: “%(theirs)s”. Yours stands here; sent again, it takes the place of theirs."
            )
            self.add_error(bound.name, text % {"theirs": _in_words(bound.field, values)})


def _in_words(field: forms.Field, values: list[str]) -> str:
    labels = {str(value): str(label) for value, label in getattr(field, "choices", ())}
    return ", ".join(labels.get(value, value) for value in values)


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    def __init__(self, **options: Any) -> None:
        """Write days as ISO 8601 does, as that input wants, in every language."""
        widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)


class LinesField(forms.CharField):
    """Some lines of text."""

    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        """Show as many rows as are usually needed."""
        super().__init__(widget=forms.Textarea({"rows": rows}), **options)


class RetractionForm(VerbForm):
    """Why something is taken back that stays readable."""

    reason = LinesField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Readers see it beside what is crossed out; both stay readable."),
    )
