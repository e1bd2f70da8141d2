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


@dataclass
class Warm:
    """The web server that waits at the gate, and what its brothers need."""

    environment: dict[str, str]
    children: Children = field(default_factory=Children)
    opener: int = -1

    def begin(self) -> None:
        """Start the web server and keep its gate shut. If we end, the gate opens and the server is told to end too."""
        gate, self.opener = os.pipe()
        self.children.start("web", WEB, {**self.environment, "GATE": str(gate)}, gate=[gate])
        os.close(gate)

    def begin_again(self) -> None:
        """The list of static files is read while loading: after a change of them it has to be read anew."""
        self.children.stop()
        os.close(self.opener)
        self.begin()

    def open_gate(self) -> None:
        os.close(self.opener)


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
        "PROMETHEUS_MULTIPROC_DIR": str(figures),
        "PYTHONPATH": str(BASE),
    }


def start(env: Environment) -> Warm:
    warm = Warm(_environment(env.home))
    warm.begin()
    return warm


def start_early(env: Environment) -> None:
    _early.append(start(env))


def take(env: Environment) -> Warm:
    """What was started early, or one started now."""
    return _early.pop() if _early else start(env)
