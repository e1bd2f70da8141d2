"""Whether the tests of history would notice: each is run on a copy of the house with a guard taken out, and has to fail."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
MIGRATIONS = "recommendations/migrations"
TAMPER = "tests/commands/test_tamper.py"
PROTECTION = r"CREATE TRIGGER relations_protect BEFORE UPDATE OR DELETE ON recommendations_{} *\n? *FOR EACH ROW.*?;\n"
GUARDS = {
    "events unprotected": (
        f"{MIGRATIONS}/0002_history.py",
        PROTECTION.format("event"),
        "",
        ["tests/models/test_event.py", TAMPER],
        "test_the_database_refuses_to_rewrite",
    ),
    "heads unprotected": (
        "0*_heads.py",
        PROTECTION.format("head"),
        "",
        [TAMPER],
        "test_even_the_owner_is_refused_by_the_triggers",
    ),
    "versions unguarded": (
        f"{MIGRATIONS}/0005_past.py",
        r"WHEN \(pg_trigger_depth\(\) = 0\)",
        "WHEN (false)",
        [TAMPER],
        "test_even_the_owner_is_refused_by_the_triggers",
    ),
    "heads not looked at": (
        "recommendations/models/verification.py",
        r"heads = _heads\(cursor, breaks, noted\)",
        "heads = 0",
        [TAMPER],
        "test_a_history_and_heads_written_anew_show_against_what_was_noted",
    ),
    "every right given": (
        "recommendations/models/rights.py",
        r"GRANT INSERT, UPDATE, DELETE ON \{\} TO",
        "GRANT ALL ON {}, public.recommendations_event TO",
        ["tests/models/test_rights.py"],
        "test_a_way_to_rewrite_is_refused",
    ),
}


def copy_of_the_house(to):
    ignored = shutil.ignore_patterns(".venv", "var", ".git", "__pycache__", "docs", ".*_cache", "node_modules")
    shutil.copytree(ROOT, to, ignore=ignored, symlinks=True)
    (to / ".venv").symlink_to((ROOT / ".venv").resolve())


def beside(database, name):
    """Address a database of another name on the same server."""
    user, place = (quote(database[part]) for part in ("USER", "HOST"))
    at = f"{user}:{quote(database['PASSWORD'])}@{place}" + (f":{database['PORT']}" if database["PORT"] else "")
    return f"postgres://{at}/{name}?{urlencode(database.get('OPTIONS', {}))}"


def migrations_are_ours(house):
    """Tell whether the copy's database can be copied, too."""
    ours = (ROOT / MIGRATIONS).glob("*.py")
    return all((house / MIGRATIONS / path.name).read_bytes() == path.read_bytes() for path in ours)


def run(house, tests, only):
    """Run tests there up to the first that fails, in a database and a folder of its own, without counting what they cover."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTEST_", "DJANGO_"))}
    said = {
        "DATABASE_URL": beside(settings.ENV.owner_database, f"guards_{secrets.token_hex(4)}"),
        "REDIS_URL": settings.CACHES["default"]["LOCATION"],
        "RELATIONS_HOME": str(house / "var"),
        "TEMPLATE": "" if migrations_are_ours(house) else "no",
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "no:cov",
        "-x",
        "-k",
        only,
        *tests,
    ]
    return subprocess.run(
        command, cwd=house, env={**own, **said}, capture_output=True, text=True, check=False, timeout=300
    )


def place(house, path):
    """The file that is meant; migrations may be numbered otherwise some day."""
    if "*" not in path:
        return house / path
    found = [file for file in (house / MIGRATIONS).glob(path) if "relations_chain_head" in file.read_text()]
    assert len(found) == 1
    return found[0]


@pytest.mark.slow
@pytest.mark.control
@pytest.mark.parametrize("name", GUARDS)
def test_without_a_guard_its_tests_fail(tmp_path, name):
    path, pattern, instead, tests, expected = GUARDS[name]
    house = tmp_path / "house"
    copy_of_the_house(house)
    file = place(house, path)
    without, times = re.subn(pattern, instead, file.read_text(), flags=re.DOTALL)
    assert times, f"the guard is not where it was looked for: {pattern}"
    file.write_text(without)
    done = run(house, tests, expected)
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-3000:]
    assert re.search(rf"^FAILED \S+::{expected}", done.stdout, re.MULTILINE), done.stdout[-3000:]


@pytest.mark.slow
@pytest.mark.control
def test_with_all_guards_they_pass(tmp_path):
    house = tmp_path / "house"
    copy_of_the_house(house)
    only = " or ".join(sorted({expected for *_guard, expected in GUARDS.values()}))
    done = run(house, ["tests/models/test_event.py", TAMPER], only)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
