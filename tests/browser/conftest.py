"""The browser of these tests."""

from tests.browsing import browser, page  # noqa: F401 - fixtures
