"""People who sign in; the e-mail address is the login."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from recommendations.rules import access
from recommendations.rules.access import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# What the admin shows to stewards: what their verbs keep, and what they may read on the pages anyway.
STEWARDS_ADMIN = frozenset(
    {
        "organization",
        "theme",
        "source",
        "recommendation",
        "indicator",
        "observation",
        "assessment",
        "assignment",
        "evidence",
        "event",
    }
)


class Language(models.TextChoices):
    """The languages that the register speaks, each named in itself."""

    ENGLISH = "en", "English"
    RUSSIAN = "ru", "Русский"


class PersonManager(BaseUserManager["Person"]):
    """People by their e-mail address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Person:
        """Return the person who signs in with this address."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):
    """Who signs in. Roles are ranks: see rules/access.py."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.READER)
    organization = models.ForeignKey(
        "recommendations.Organization",
        models.PROTECT,
        verbose_name=_("organization"),
        related_name="people",
        null=True,
        blank=True,
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined"))
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PersonManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            models.UniqueConstraint(Lower("email"), name="person_email_any_case"),
            models.CheckConstraint(
                condition=models.Q(role__in=[r for r in Role.values if r != Role.VISITOR]), name="person_role"
            ),
            models.CheckConstraint(condition=models.Q(language__in=Language.values), name="person_language"),
        )

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name; Django's admin and allauth ask for it by this method."""
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the admin's door opens at all."""
        return access.may_keep_register(self.role)

    def has_module_perms(self, _app_label: str) -> bool:
        """Tell whether the admin shows an app."""
        return self.is_staff

    def has_perm(self, perm: str, _obj: object = None) -> bool:
        """Answer the admin: administrators everything, stewards what their verbs let them keep."""
        if access.may_administer(self.role):
            return True
        return self.is_staff and perm.rpartition("_")[2] in STEWARDS_ADMIN


class Register:
    """The register itself as an actor: commands that the operator runs. Never given to a door of people."""

    uuid = "system"
    name = "Relations"
    role = Role.ADMINISTRATOR.value


REGISTER: Final = Register()


def role_of(person: Person | Register | AnonymousUser | None) -> str:
    """Return the role of whoever asks; not signed in (or no longer active) is a visitor."""
    if isinstance(person, Register):
        return person.role
    return person.role if isinstance(person, Person) and person.is_active else Role.VISITOR.value
