"""A web to read from, and links into it."""

import pytest

from tests.archive.site import Web


@pytest.fixture
def web(tmp_path):
    with Web(tmp_path) as found:
        yield found
