"""The web to ask."""

from tests.archive.conftest import web  # noqa: F401 - a fixture
