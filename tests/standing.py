"""What many tests begin with, made once and kept while tests follow that ask for it: each has it as it was first.

A transaction is kept open around the tests' own, which are savepoints in it then. The first test that does not ask for the
same ends it. Tests that ask for the same are put one after the other; in any other order the same is only made more often.
"""

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

MAKERS: dict[str, Callable[[], Any]] = {}


def made_once(maker):
    """Turn what makes something without any fixture into a fixture of its name, which is made once for many tests."""
    name = maker.__name__
    assert MAKERS.setdefault(name, maker) is maker, f"two are named {name}"

    @pytest.fixture(name=name)
    def given(db, standing):
        return standing.give(name)

    return given


def commits(item: pytest.Item) -> bool:
    """Tell whether what a test writes is seen by others, so that the tables are emptied after it."""
    marker = item.get_closest_marker("django_db")
    return bool(
        (marker and marker.kwargs.get("transaction")) or {"transactional_db", "live_server"} & {*item.fixturenames}
    )


def asked_for(item: pytest.Item) -> str:
    """Tell which of them a test begins with; empty for none."""
    return "" if commits(item) else next((name for name in MAKERS if name in item.fixturenames), "")


def place(item: pytest.Item) -> tuple[int, str, bool]:
    """Sort tests: those that begin with the same stand together, and what needs no database begins with what takes long."""
    if name := asked_for(item):
        return 0, name, False
    if commits(item) or "db" in item.fixturenames or item.get_closest_marker("django_db"):
        return 1, "", False
    return 2, "", not item.get_closest_marker("slow")


class Standing:
    """The one that is kept now, if any, with its files."""

    def __init__(self, media: Path):
        self.media, self.name, self.made, self.around = media, "", None, None

    def turn_to(self, name: str) -> None:
        """Keep this one, and no other."""
        if name != self.name or (name and not self.is_whole):
            self.end()
            if name:
                self.begin(name)

    @property
    def is_whole(self) -> bool:
        return connection.in_atomic_block and not connection.needs_rollback and not connection.closed_in_transaction

    def begin(self, name: str) -> None:
        self.around = transaction.atomic()
        self.around._from_testcase = True  # a verb's own transaction may stand in it, as in one of a test
        self.around.__enter__()
        self.name = name
        usual, settings.MEDIA_ROOT = settings.MEDIA_ROOT, self.media / name
        try:
            with translation.override("en"):
                self.made = MAKERS[name]()
        finally:
            settings.MEDIA_ROOT = usual

    def end(self) -> None:
        if self.around is None:
            return
        around, media, self.name, self.made, self.around = self.around, self.media / self.name, "", None, None
        transaction.set_rollback(True)
        around.__exit__(None, None, None)
        shutil.rmtree(media, ignore_errors=True)

    def give(self, name: str) -> Any:
        """Give a test its own: objects that it may change, files that it may remove."""
        if name != self.name:  # a test that commits has to make it, too
            return MAKERS[name]()
        if (self.media / name).exists():
            shutil.copytree(self.media / name, settings.MEDIA_ROOT, dirs_exist_ok=True)
        return copy.deepcopy(self.made)
