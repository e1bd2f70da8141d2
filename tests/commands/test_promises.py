"""What is promised of every command: it helps, and those that print data print it for programs too."""

import io
import json

import pytest
from django.core.management import call_command, get_commands, load_command_class

# What answers nothing that a program would read: it serves, or says in a line that it is done.
SILENT = {"up", "protect_history"}
OURS = sorted(name for name, app in get_commands().items() if app == "recommendations")
PROMISED = {
    "load_catalogue", "read_source", "send_digests", "check_evidence", "verify_history", "export_recommendations",
    "token", "seed_demo", "send_calls", "act", "publish_head", "measure_pace",
    "forget_visitors", "publish_report", "verify_report",
}  # fmt: skip


def test_what_is_promised_is_there():
    assert set(OURS) >= PROMISED


@pytest.mark.parametrize("name", OURS)
def test_each_helps(name):
    command = load_command_class("recommendations", name)
    said = command.create_parser("manage.py", name).format_help()
    assert command.help.strip()[:20] in " ".join(said.split())
    if name not in {*SILENT, "token", "act"}:
        assert "--format" in said


@pytest.mark.django_db
def test_the_demonstrations_people_for_programs():
    call_command("load_catalogue", stdout=io.StringIO())
    out = io.StringIO()
    call_command("seed_demo", format="json", stdout=out)
    said = json.loads(out.getvalue())
    assert said["password"].startswith("demo-")
    assert {"email": "reader@demo.example", "name": "Demonstration: reader", "role": "reader"} in said["people"]
