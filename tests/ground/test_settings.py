"""Settings in the real world: Django's own deployment checks, and what a wrong environment gets."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DATABASE_URL": "postgres://relations_application:secret@database.invalid/relations",
    "DATABASE_OWNER_URL": "postgres://relations:secret@database.invalid/relations",
    "REDIS_URL": "redis://cache.invalid:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.invalid:587",
    "SECRET_KEY": "f8Zp1-3gXw9_Qk7-Vb2mNc5-Rt6yUi8-Op0aSd4-Gh1jKl3-Zx5cV",
    "PUBLIC_URL": "https://register.example.org",
    "PROXIES": "1",
}


def manage(*arguments, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "COV_"))}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.slow
def test_deployment_checks_are_clean(tmp_path):
    done = manage("check", "--deploy", "--fail-level", "WARNING", RELATIONS_HOME=str(tmp_path), **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_deployment_checks_can_fail(tmp_path):
    http = {**PRODUCTION, "PUBLIC_URL": "http://register.example.org"}
    done = manage("check", "--deploy", "--fail-level", "WARNING", RELATIONS_HOME=str(tmp_path), **http)
    assert done.returncode == 1
    assert "security.W008" in done.stderr


@pytest.mark.slow
def test_deployment_checks_tell_when_the_application_owns_its_history(tmp_path):
    one = {**PRODUCTION, "DATABASE_OWNER_URL": ""}
    done = manage("check", "--deploy", "--fail-level", "WARNING", RELATIONS_HOME=str(tmp_path), **one)
    assert done.returncode == 1
    assert "relations.W001" in done.stderr


@pytest.mark.slow
def test_wrong_environment_is_one_line_and_status_one(tmp_path):
    done = manage("migrate", RELATIONS_HOME=str(tmp_path), DATABASE_URL="mysql://host/name")
    assert done.returncode == 1
    assert done.stderr == (
        "DATABASE_URL is not an address this program knows: write it like postgres://user:password@host:5432/name.\n"
    )


@pytest.mark.slow
def test_help_starts_no_server(tmp_path):
    done = manage("migrate", "--help", RELATIONS_HOME=str(tmp_path / "home"))
    assert done.returncode == 0
    assert not (tmp_path / "home/postgres").exists()
