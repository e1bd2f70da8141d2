"""Doors for those who keep the register: Django's admin, where saving calls a verb and nothing can be deleted."""

from allauth.account import admin as account_admin
from allauth.mfa import admin as mfa_admin
from allauth.socialaccount import admin as socialaccount_admin
from allauth.usersessions import admin as sessions_admin
from django.contrib import admin
from django.contrib.auth import admin as auth_admin  # noqa: F401 - registers groups, which are then taken out
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from recommendations.admin import followup, history, indicator, organization, person, recommendation, source, theme

__all__ = ["followup", "history", "indicator", "organization", "person", "recommendation", "source", "theme"]

admin.site.site_header = _("Relations: administration")
admin.site.site_title = _("Relations")
admin.site.index_title = _("What the register keeps")
admin.site.disable_action("delete_selected")
# What would go past the verbs, or means nothing here: people have roles, not groups, and keep their address, their second
# factor, their sessions and their outside accounts themselves.
admin.site.unregister([account_admin.EmailAddress, mfa_admin.Authenticator, sessions_admin.UserSession, Group])
admin.site.unregister([getattr(socialaccount_admin, name) for name in ("SocialAccount", "SocialApp", "SocialToken")])
