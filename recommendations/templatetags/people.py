"""Who somebody is, for this reader: names are for those who are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from recommendations.models import Person

register = template.Library()


@register.simple_tag(takes_context=True)
def who(context: dict[str, Any], person: Person | None) -> str:
    """Name a person for signed-in readers, their organization or role for visitors; nobody is the register itself."""
    if person is None:
        return _("The register")
    body = person.organization
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return body.short_name if body else person.get_role_display()
    if body is None:
        return person.name
    return _("%(person)s (%(organization)s)") % {"person": person.name, "organization": body.short_name}
