"""A real server of the program with a register of its own, in a folder that goes with it."""

import atexit
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(home, port):
    """Return what the program and its server read."""
    ours = {"DATABASE_URL", "REDIS_URL", "DATABASE_OWNER_URL", "DATABASE_ROLE", "BIND", "PUBLIC_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    said = {"RELATIONS_HOME": str(home), "PORT": str(port), "DJANGO_SETTINGS_MODULE": "tests.fuzz.settings"}
    return {**kept, **said, "LOG_LEVEL": "ERROR", "WEB_WORKERS": "2", "DATABASE_ROLE": "owner"}


def free_port():
    """Find a port that nobody uses."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def folder():
    """Return a folder whose path is short enough for sockets. It goes with this process, after the servers in it."""
    home = Path(tempfile.mkdtemp(prefix="relations-fuzz-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home


@contextlib.contextmanager
def serving(port):
    """Start the web server and wait until it answers; stop it by its number."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:relations.serving", "relations.wsgi"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ.copy())
    try:
        _wait(process, f"http://127.0.0.1:{port}/health/ready")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait(process, url):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        time.sleep(0.1)
    raise SystemExit("The server does not answer.")
