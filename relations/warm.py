"""The web server's early start: it loads its program while the database is prepared, and opens its port after that.

`manage.py up` begins with this, before Django itself is loaded: both loadings go on at the same time.
"""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from relations.children import Children
from relations.env import Environment

WEB = (sys.executable, "-m", "gunicorn", "-c", "python:relations.serving", "relations.wsgi")
BASE = Path(__file__).resolve().parent.parent


SHUT = -1


@dataclass
class Warm:
    """The web server that waits at the gate, and what its brothers need."""

    environment: dict[str, str]
    children: Children = field(default_factory=Children)
    opener: int = SHUT

    def begin(self, *, again: bool = False) -> None:
        """Start the web server, unless it has begun. If we end, the gate opens and the server is told to end too.

        It reads the list of static files while loading: after a change of them it has to begin again.
        """
        if self.opener != SHUT and not again:
            return
        self.children.stop()
        self.open_gate()
        gate, self.opener = os.pipe()
        self.children.start("web", WEB, {**self.environment, "GATE": str(gate)}, gate=[gate])
        os.close(gate)

    def open_gate(self) -> None:
        if self.opener != SHUT:
            os.close(self.opener)
            self.opener = SHUT


_early: list[Warm] = []


def _environment(home: Path) -> dict[str, str]:
    """Ours, and a clean folder where the web processes count for Prometheus together."""
    figures = home / "metrics"
    figures.mkdir(parents=True, exist_ok=True)
    for old in figures.glob("*.db"):
        old.unlink()
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "relations.settings",
        "DATABASE_ROLE": "application",  # `up` itself is the owner
        "PROMETHEUS_MULTIPROC_DIR": str(figures),
        "PYTHONPATH": str(BASE),
        # Messages are JSON only, so that the reason for this warning is not here; a first look may well be root's.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }


def start_early(env: Environment) -> None:
    """Begin now, unless it is the first start: then the static files are still to be gathered."""
    if (env.home / "static/.collected").exists():
        warm = Warm(_environment(env.home))
        warm.begin()
        _early.append(warm)


def take(env: Environment) -> Warm:
    """What was started early, or one that has not begun."""
    return _early.pop() if _early else Warm(_environment(env.home))
