"""The ground stands."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_database_and_cache_answer():
    assert connection.is_usable()
    cache.set("one", 1)
    assert cache.get("one") == 1
