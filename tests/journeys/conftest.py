"""The browser and the mail server of these tests."""

from tests.browsing import browser, page  # noqa: F401 - fixtures
from tests.digests.conftest import post  # noqa: F401 - a fixture
