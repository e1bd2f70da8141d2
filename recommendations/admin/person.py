"""People in the admin: invite them, give them their place."""

from __future__ import annotations

import zoneinfo
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from recommendations.actions import person
from recommendations.admin import invitation
from recommendations.admin.writing import Desk, VerbForm, slug_of
from recommendations.models import Person
from recommendations.models.event import Subject
from recommendations.rules.access import Role

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet
    from django.http import HttpRequest

PROFILE = ("name", "language", "time_zone")
PLACE = ("role", "organization", "is_active")


class PersonForm(VerbForm):
    """What administrators decide about a person. The name, the language and the time zone are people's own."""

    role = forms.ChoiceField(label=_("Role"), choices=[c for c in Role.choices if c[0] != Role.VISITOR])

    class Meta:
        model = Person
        fields = PLACE

    def carry_out(self, said: dict[str, Any], *, now: dt.datetime) -> Person:
        """Change a person's place."""
        return person.place(self.instance.uuid, place_in(said), actor=self.actor, now=now)


class InvitationForm(PersonForm):
    """The first words about a person, until they say more themselves."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[(name, name) for name in sorted(zoneinfo.available_timezones())], initial="UTC"
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("Leave it empty, and the person gets a link by e-mail to choose one."),
    )

    class Meta:
        model = Person
        fields = ("email", *PROFILE, *PLACE)

    def carry_out(self, said: dict[str, Any], *, now: dt.datetime) -> Person:
        """Invite; the link goes out once that is certain."""
        profile = person.Profile(said["name"], said["language"], said["time_zone"])
        password = said["password"] or None
        made = person.invite(said["email"], password, profile, place_in(said), actor=self.actor, now=now)
        if password is None:
            transaction.on_commit(partial(invitation.send, made))
        return made


def place_in(said: dict[str, Any]) -> person.Place:
    """Return the place that a form gives."""
    return person.Place(said["role"], slug_of(said["organization"]), said["is_active"])


@admin.register(Person)
class PersonDesk(Desk):
    """Who signs in. Nobody is deleted: who left may no longer sign in, and history keeps its names."""

    form = PersonForm
    subject = Subject.PERSON
    key = "uuid"
    fixed = ("email", *PROFILE)
    list_display = ("name", "email", "role", "organization", "is_active", "last_login")
    list_filter = ("role", "is_active", "organization")
    list_select_related = ("organization",)
    search_fields = ("name", "email")
    ordering = ("name", "id")
    autocomplete_fields = ("organization",)
    actions = ("send_link",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[VerbForm]:  # noqa: FBT001, FBT002 - Django's signature
        """More is asked when inviting."""
        return super().get_form(request, obj, change=change, **({} if obj else {"form": InvitationForm}), **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A password is given when inviting only."""
        return ("email", *PROFILE, *PLACE) if obj else ("email", *PROFILE, *PLACE, "password")

    @admin.action(description=_("Send a link to choose a password"), permissions=["change"])
    def send_link(self, request: HttpRequest, chosen: QuerySet[Person]) -> None:
        """Send the chosen people, if they may sign in, the link that the invited get."""
        able = chosen.filter(is_active=True)
        for someone in able:
            invitation.send(someone)
        text = ngettext("%(count)s link was sent.", "%(count)s links were sent.", len(able))
        self.message_user(request, text % {"count": len(able)}, messages.SUCCESS)
