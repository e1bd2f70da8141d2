#!/usr/bin/env python3
"""Django's door for people. Starts the embedded servers when no others are configured and the command needs them."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line

from relations import devservices, warm
from relations.env import read
from relations.programs import Unavailable
from relations.variables import WrongEnvironment

# These touch neither database nor cache, and must work where no server can run.
WITHOUT_SERVERS = {
    "",
    "help",
    "--help",
    "--version",
    "check",
    "collectstatic",
    "compilemessages",
    "djade",
    "findstatic",
    "makemessages",
}
# These alter tables, or look at how they were altered. All others work with the application's rights.
AS_OWNER = {"flush", "lintmigrations", "makemigrations", "migrate", "protect_history", "sqlmigrate", "test", "up"}


def main(argv: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "relations.settings")
    command = argv[1] if len(argv) > 1 else ""
    if command in AS_OWNER:
        os.environ["DATABASE_ROLE"] = "owner"
    if command not in WITHOUT_SERVERS and not {"-h", "--help"} & set(argv[2:]):
        env = read(os.environ, base=Path(__file__).resolve().parent)
        if command == "up":
            warm.start_early(env)
        devservices.ensure(env.home, database=env.embedded_database, cache=env.embedded_cache)
    execute_from_command_line(argv)


if __name__ == "__main__":
    try:
        main(sys.argv)
    except (Unavailable, WrongEnvironment) as problem:
        sys.exit(f"{problem}")
