"""Log lines: one JSON object each, no control characters, no tokens, no addresses."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from relations import logs


@pytest.fixture
def lines():
    stream = io.StringIO()
    formatter = logs.configuration("INFO")["formatters"]["json"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=formatter["foreign_pre_chain"], processors=formatter["processors"]
        )
    )
    logger = logging.getLogger("tests.lines")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield lambda: stream.getvalue().splitlines()
    logger.removeHandler(handler)


def test_line_is_one_json_object_in_ascii(lines):
    logging.getLogger("tests.lines").info("Привет\r\n\x1b[31mforged\u2028line %s", "x\x00\x85y")
    (line,) = lines()
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line)["event"] == "Привет\r\n\x1b[31mforged\u2028line x\x00\x85y"
    assert {"level", "logger", "timestamp"} < set(json.loads(line))


def test_structured_line_keeps_its_figures_and_hides_addresses(lines):
    structlog.get_logger("tests.lines").info("sent", count=3, to="alice@example.org", of=["bob@example.org"])
    (line,) = lines()
    said = json.loads(line)
    assert (said["count"], said["to"], said["of"]) == (3, "[address]", "['[address]']")


def test_exception_is_in_the_line_without_addresses(lines):
    try:
        int("alice@example.org")
    except ValueError:
        logging.getLogger("tests.lines").exception("failed")
    (line,) = lines()
    assert "alice" not in line
    assert "ValueError" in json.loads(line)["exception"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("GET /recommendations/RB-01/", "GET /recommendations/RB-01/"),
        ("GET /sources/sutyrin-2019/?page=2", "GET /sources/sutyrin-2019/?…"),
        ("GET /setup/found:1xVgG5:6i6Bt6QrXWb7LH74B-0hMF7u/", "GET /setup/[secret]/"),
        (
            "GET /account/password/reset/key/1-d2x3k4-0123456789abcdef0123456789abcdef/",
            "GET /account/password/reset/key/[secret]/",
        ),
        ("GET /calendar/Zk3vX9qLm2Rt8Wp0Yb5Nc7Hd.ics", "GET /calendar/[secret]"),
        (
            "GET /api/v1/evidence/0b1d2f3a-1111-4222-8333-444455556666/",
            "GET /api/v1/evidence/0b1d2f3a-1111-4222-8333-444455556666/",
        ),
        (
            "GET /organizations/ministry-of-foreign-affairs-of-belarus/",
            "GET /organizations/ministry-of-foreign-affairs-of-belarus/",
        ),
    ],
)
def test_path_is_shown_without_query_and_secrets(path, shown):
    assert logs.redacted(path, path=True) == shown


def test_bearer_token_is_hidden():
    assert logs.redacted("Authorization: Bearer rel_abcdefgh12345678") == "Authorization: Bearer [secret]"
