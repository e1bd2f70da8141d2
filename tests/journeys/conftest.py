"""The mail server of these tests."""

from tests.digests.conftest import post  # noqa: F401 - a fixture
