"""A house of the scenarios' own: PostgreSQL and Valkey that can be taken away, and readers who wait for their mail."""

import contextlib
import datetime as dt
import os
import signal
import subprocess
import time

import psycopg
import redis
from django.conf import settings
from django.db import Error, OperationalError, connection

from recommendations.digests import reconcile
from recommendations.models import Person, Subscription
from recommendations.rules.access import Role
from relations.celery import app
from relations.devservices import Servers
from tests.factories import AssignmentFactory, OrganizationFactory, RecommendationFactory

LEASE = 3.0  # seconds that the ten minutes of a lease last here, unless a scenario says otherwise
# Waits of the post room (leases, and when a row is due again) pass so many times as fast. The program is as it is: the
# database hands it shorter ones. Its clock stays as it is, too.
HURRY = """
CREATE OR REPLACE FUNCTION post_hurry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.lease_until IS DISTINCT FROM OLD.lease_until AND NEW.lease_until > clock_timestamp() THEN
        NEW.lease_until := clock_timestamp() + (NEW.lease_until - clock_timestamp()) / {times}; END IF;
    IF NEW.due_at IS DISTINCT FROM OLD.due_at AND NEW.due_at > clock_timestamp() THEN
        NEW.due_at := clock_timestamp() + (NEW.due_at - clock_timestamp()) / {times}; END IF;
    RETURN NEW; END $$;
CREATE OR REPLACE TRIGGER post_hurry BEFORE UPDATE ON recommendations_delivery FOR EACH ROW EXECUTE FUNCTION post_hurry();
"""
CLEAR = "TRUNCATE recommendations_subscription, recommendations_suppression, recommendations_maildomain CASCADE"


class House:
    """The servers of one home folder; Django's own connection leads there while it is `lived_in`."""

    def __init__(self, home, port):
        home.chmod(0o755)  # or the servers' account could not reach it, and would keep its data elsewhere
        self.home, self.port, self.servers = home, port, Servers(home)
        self.program = self.servers.programs.postgres()

    @property
    def environment(self):
        """What the program reads. It works as the owner of the tables: rights are not what is tested here."""
        removed = ("DATABASE_", "BIND", "PUBLIC_URL", "COV_", "PYTEST_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(removed)}
        at = self.servers.at
        said = {"DATABASE_URL": at.owner_url, "REDIS_URL": f"unix://{at.valkey}", "RELATIONS_HOME": str(self.home)}
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{self.port}", "SECRET_KEY": settings.SECRET_KEY, "LOG_LEVEL": "WARNING"}
        return {**kept, **said, **mail, "DJANGO_SETTINGS_MODULE": "tests.faults.post.settings"}

    def open(self):
        """Start the servers and take over the tables, empty, from the database of the tests: migrating takes long."""
        self.servers.start_database()
        self.servers.start_cache()
        at = connection.settings_dict
        where = {"PGHOST": at["OPTIONS"].get("host") or at["HOST"], "PGUSER": at["USER"], "PGPASSWORD": at["PASSWORD"]}
        dump = subprocess.run(
            [self.program / "pg_dump", "--schema-only", "--no-owner", "--no-privileges", at["NAME"]],
            env={**os.environ, **{name: value for name, value in where.items() if value}},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        statements = "\n".join(line for line in dump.stdout.splitlines() if not line.startswith("\\"))
        with psycopg.connect(self.servers.at.owner_url, autocommit=True) as line:
            line.execute(statements)

    def close(self):
        self.servers.stop()

    @contextlib.contextmanager
    def lived_in(self):
        """Let Django's connections of this process lead here."""
        connection.close()
        usual = dict(connection.settings_dict)
        here = {"NAME": "relations", "HOST": "", "PORT": "", "USER": "relations", "PASSWORD": ""}
        connection.settings_dict.update(here, OPTIONS={"host": str(self.servers.at.sockets)})
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(usual)

    # What befalls the servers

    def restart_database(self):
        """As an update of PostgreSQL does it: sessions are ended, what is written is written."""
        self._control("-m", "fast", "restart")

    def crash_database(self):
        """kill -9 of the postmaster; the sessions notice that it is gone and end. Then somebody starts it again."""
        number = int((self.servers._data("postgres") / "postmaster.pid").read_text().splitlines()[0])
        os.kill(number, signal.SIGKILL)
        for _try in range(20):
            time.sleep(0.1)  # shared memory is in use until the last session has noticed
            with contextlib.suppress(OSError):
                self.servers.start_database()
                return

    def _control(self, *words):
        data = self.servers._data("postgres")
        done = self.servers._run(self.program / "pg_ctl", "-D", data, "-w", "-l", data / "server.log", *words)
        assert not done.returncode, done.stdout + done.stderr

    @contextlib.contextmanager
    def careless(self):
        """A database that answers before it has written, until it starts anew."""
        with psycopg.connect(self.servers.at.owner_url, autocommit=True) as line:
            line.execute("CHECKPOINT")
            line.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            line.execute("ALTER DATABASE relations SET synchronous_commit = off")
            line.execute("SELECT pg_reload_conf()")
        yield
        with psycopg.connect(self.servers.at.owner_url, autocommit=True) as line:
            line.execute("ALTER DATABASE relations RESET synchronous_commit")

    @property
    def cache(self):
        """A line to Valkey."""
        return redis.Redis(unix_socket_path=str(self.servers.at.valkey))

    def stop_cache(self):
        self.cache.shutdown(nosave=True)

    @contextlib.contextmanager
    def full_cache(self):
        """Valkey answers, and takes nothing more."""
        self.cache.config_set("maxmemory", "1")
        try:
            yield
        finally:
            self.cache.config_set("maxmemory", "0")

    def queue(self, task, times):
        """Have a task wait so many times."""
        with app.connection_for_write(f"redis+socket://{self.servers.at.valkey}") as line:
            for _each in range(times):
                app.send_task(task, connection=line, ignore_result=True)

    def queued(self):
        """How many tasks wait."""
        return self.cache.llen("relations-celery")

    # Who lives there

    def furnish(self, count):
        """One institution that owes one thing, and so many people in it, each with an address."""
        body = OrganizationFactory(slug="institute", name_en="Institute", name_ru="Институт")
        AssignmentFactory(recommendation=RecommendationFactory(reference="T-700"), organization=body)
        now = dt.datetime.now(dt.UTC)
        Person.objects.bulk_create(
            Person(name=f"Owner {n}", email=f"owner.{n:05}@example.org", password="!", role=Role.CONTRIBUTOR,
                   organization=body, time_zone="UTC", language=("en", "ru")[n % 2], joined_at=now)
            for n in range(count)
        )  # fmt: skip

    def expect(self, count, *, lease=LEASE, silent=20):
        """Begin anew: one digest is due to each of so many people; every so-manieth follows nothing and has nothing to read.

        Returns the addresses of those who should get one.
        """
        now = dt.datetime.now(dt.UTC)
        self.clear(HURRY.format(times=600 / lease))
        people = list(Person.objects.filter(email__startswith="owner.").order_by("email")[:count])
        assert len(people) == count
        Subscription.objects.bulk_create(
            Subscription(person=person, cadence="daily", hour=(now.hour + 12) % 24, created_at=now - dt.timedelta(days=1),
                         scope="followed" if n % silent == silent - 1 else "owned", language=person.language)
            for n, person in enumerate(people)
        )  # fmt: skip
        return {person.email for n, person in enumerate(people) if n % silent != silent - 1}

    def clear(self, hurry):
        """Take all digests away, and set the pace; again when a worker at its round locks the same tables in another order."""
        for _try in range(20):
            with contextlib.suppress(OperationalError), connection.cursor() as cursor:
                cursor.execute(CLEAR)
                cursor.execute(hurry)
                return
        raise AssertionError("the tables are never free")

    @contextlib.contextmanager
    def misaddressed(self):
        """The first of the people has an address that no mail can go to."""
        first = Person.objects.filter(email__startswith="owner.").order_by("email").first()
        Person.objects.filter(pk=first.pk).update(email="owner.00000@no where")
        yield
        Person.objects.filter(pk=first.pk).update(email=first.email)


def is_settled(count):
    """Whether nothing is under way any more, and everything was planned. While the database is away nobody can tell."""
    try:
        books = reconcile.books()
    except Error:
        connection.close()
        return False
    return books.under_way == 0 and books.planned >= count
