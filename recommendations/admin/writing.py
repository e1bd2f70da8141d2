"""A desk: the admin's pages for things that are written through a verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from recommendations.admin.reading import Shelf
from recommendations.rules.errors import Refused, Stale

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import Model
    from django.http import HttpRequest

    from recommendations.models import Person

    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class VerbForm(ModelForm):
    """A form that parses; its last step of checking is to call the verb, which says what is wrong.

    The admin saves in a transaction of its own, around the verb's: if anything fails later, nothing has happened.
    """

    actor: ClassVar[Person]

    def carry_out(self, said: dict[str, Any], *, now: dt.datetime) -> Model:
        """Call the verb and return what it made or changed."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        """Instead of writing into the instance, as Django would: the verb does."""
        if self.errors:
            return
        try:
            self.instance = self.carry_out(self.cleaned_data, now=timezone.now())
        except Refused as refused:
            for problem in refused.problems:
                name = problem.field.partition("/")[0]
                self.add_error(name if name in self.fields else None, str(problem.detail))
            if isinstance(refused, Stale):  # what is typed can be sent again, now that one knows
                self.data = MultiValueDict({**self.data, self.add_prefix("seen"): [str(refused.current)]})

    def save(self, commit: bool = True) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Hand on what the verb has saved."""
        return self.instance

    def save_m2m(self) -> None:
        """Leave relations alone: the verb has set them."""


class Desk(Shelf):
    """Adding and changing as the role allows; deleting never."""

    form: type[VerbForm]
    fixed: ClassVar[tuple[str, ...]] = ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[VerbForm]:  # noqa: FBT001, FBT002 - Django's signature
        """Tell the form who is writing."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.user})

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Names by which others know a thing are given once."""
        return self.fixed if obj else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Ask the role."""
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the role."""
        return admin.ModelAdmin.has_change_permission(self, request, obj)

    def save_model(self, *_args: Any) -> None:
        """Leave it: the verb has saved."""

    def save_related(self, *_args: Any) -> None:
        """Leave them: the verb has saved."""


def slug_of(thing: Any) -> str:
    """Return a chosen thing's slug, or an empty text when none was chosen."""
    return thing.slug if thing else ""
