"""`manage.py up`: everything that a first look needs, in one process tree."""

import sys
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from recommendations.actions import founding, person
from relations import preparing, warm
from relations.children import Children, stoppable

HOST = "127.0.0.1"
CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "relations")
WORKER = (*CELERY, "worker", "--loglevel", "WARNING", "--concurrency", "1", "--without-gossip", "--without-mingle")
ALONE = (*CELERY, "worker", "--pool", "solo", "--loglevel", "WARNING", "--without-gossip", "--without-mingle")
READER = (*ALONE, "--queues", "archive", "--hostname", "archive@%h")
CALLER = (*ALONE, "--queues", "hooks", "--hostname", "hooks@%h")
BEAT = (*CELERY, "beat", "--loglevel", "WARNING", "--pidfile", "", "--schedule")


class Command(BaseCommand):
    help = "Prepare the database and serve the register: web server, worker and scheduler. Ctrl-C stops all of it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="load demonstration people, statuses and evidence first"
        )

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        web = warm.take(settings.ENV)
        with stoppable(), web.children as children:
            preparing.refuse_taken_port(HOST, settings.ENV.port)
            web.begin(again=preparing.collect_static())
            self.prepare(demo=demo)
            web.open_gate()
            self.serve(children, web.environment)
            gone = ", ".join(f"{name} (exit status {code})" for name, code in children.ended().items())
            raise CommandError(f"Ended by itself: {gone}. The others were stopped.")

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def prepare(self, *, demo: bool) -> None:
        preparing.migrate()
        if settings.ENV.has_roles:
            call_command("protect_history", verbosity=0, stdout=self.stdout)
        if demo:  # it begins an empty register in the past, so it comes first
            call_command("seed_demo", stdout=self.stdout)
        call_command("load_catalogue", verbosity=0, stdout=self.stdout)
        self.found()
        connections.close_all()  # nothing open is handed down

    def found(self) -> None:
        """See to the first administrator: from the environment, or by a link."""
        if person.has_administrator():
            return
        email, password = settings.ENV.admin_email, settings.ENV.admin_password
        if email:
            profile = person.Profile(email.partition("@")[0])
            person.found(email, password, profile, now=timezone.now())
            self.say(f"The administrator {email} can sign in now.")
        else:
            link = settings.PUBLIC_URL + reverse("setup", args=[founding.invite()])
            self.say(f"Set up the first administrator (the link works once, for a day):\n  {link}")

    def serve(self, children: Children, environment: dict[str, str]) -> None:
        """Come back when a child has ended. Who reads goes before who works."""
        children.start("worker", WORKER, environment, kindness=5)
        children.start("archive", READER, environment, kindness=5)
        children.start("hooks", CALLER, environment, kindness=5)
        children.start("beat", (*BEAT, str(settings.HOME / "beat")), environment, kindness=5)
        if children.watch(answers, 0.1):
            self.say(f"Ready: {settings.PUBLIC_URL}/  (Ctrl-C stops)")
            children.watch(lambda: False, 0.5)


def answers() -> bool:
    """Tell whether all that requests need is there."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{settings.ENV.port}/health/ready", timeout=5):
            return True
    except OSError:  # refused, or an answer that is not 200
        return False
