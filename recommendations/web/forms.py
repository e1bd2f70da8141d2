"""Forms that parse. Whether what was typed may be, the verbs say; what they refuse is shown beside the fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django import forms
from django.utils.datastructures import MultiValueDict
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
