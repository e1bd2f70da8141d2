"""Give the application's role in the database exactly the rights it needs: none to rewrite history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from recommendations.models import rights

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """`protect_history [--role NAME]`: works as the owner (DATABASE_OWNER_URL); a second time changes nothing."""

    help = (
        "Makes the role of DATABASE_URL, or brings it to exactly the rights that web server and workers need: it reads"
        " everything, adds events, and alters nothing of history. Run it after `migrate`, as the owner of the tables."
    )

    requires_migrations_checks = True  # rights are given of tables that are there

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--role", help="another role than that of DATABASE_URL, without a password so far")

    def handle(self, *, role: str | None, verbosity: int, **_options: Any) -> None:
        """Grant, and say what the role may do."""
        application = settings.ENV.application_database
        password = "" if role else application.get("PASSWORD", "")
        try:
            done = rights.grant(role or application.get("USER", ""), password)
        except rights.OwnRole as own:
            text = _(
                "“%(role)s” owns the tables, so that history cannot be protected from it. Give the application a role of"
                " its own in DATABASE_URL, and the owner's in DATABASE_OWNER_URL."
            )
            raise CommandError(text % {"role": own}) from None
        if verbosity:
            text = _("%(role)s may add events, change %(tables)s other tables, and rewrite nothing of history.")
            self.stdout.write(text % {"role": done.role, "tables": done.tables})
