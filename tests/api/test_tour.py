"""The tour in docs/api.md works as it is written, with curl and with Python, on a real server."""

import base64
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from recommendations.actions import token
from recommendations.api.problems import CODES
from recommendations.hooks import message
from recommendations.models import Assessment, Recommendation
from tests.factories import PersonFactory, RecommendationFactory

TOUR = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", TOUR, re.DOTALL | re.MULTILINE)


@pytest.fixture
def surroundings(live_server, settings):
    """A register with RB-01, and a steward's key, for a program outside."""
    cache.clear()
    settings.PUBLIC_URL = live_server.url
    RecommendationFactory(reference="RB-01")
    key = token.issue("tour", scope="write", actor=PersonFactory(role="steward"), now=timezone.now())[1]
    return {**os.environ, "BASE": live_server.url, "TOKEN": key}


@pytest.fixture
def time_machine_at():
    """It is today: programs outside have their own clock."""


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed here")
def test_the_tour_with_curl(surroundings):
    script = "set -eu -o pipefail\n" + "\n".join(blocks("sh"))
    done = subprocess.run(["bash", "-c", script], env=surroundings, capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    item = Recommendation.objects.get()
    assert (item.status, item.priority) == ("in_preparation", "high")
    assert Assessment.objects.get().evidence.count() == 1


@pytest.mark.slow
def test_the_tour_with_python(surroundings):
    program, _receiver = blocks("python")
    done = subprocess.run([sys.executable, "-c", program], env=surroundings, capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("RB-01 not_assessed Proposal")


def test_the_receiver_of_the_tour_knows_what_is_ours():
    _program, receiver = blocks("python")
    namespace = {}
    exec(receiver, namespace)
    key, body, now = b"k" * 32, b'{"type": "webhook.test"}', int(time.time())

    def said(seconds, *keys):
        signed = " ".join(message.sign(one, "id", seconds, body) for one in keys)
        return {"webhook-id": "id", "webhook-timestamp": str(seconds), "webhook-signature": signed}

    secret = "whsec_" + base64.b64encode(key).decode()
    assert namespace["is_genuine"](secret, said(now, key), body)
    assert namespace["is_genuine"](secret, said(now, b"other", key), body)
    assert not namespace["is_genuine"](secret, said(now, b"other"), body)
    assert not namespace["is_genuine"](secret, said(now, key), body + b" ")
    assert not namespace["is_genuine"](secret, said(now - 301, key), body)


def test_the_table_of_codes_is_complete():
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \|", TOUR, re.MULTILINE)
    assert {name: int(status) for name, status in rows} == {name: code.status for name, code in CODES.items()}
