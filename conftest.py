"""Starts the embedded servers for the tests. Settings are read before this file and only say where the servers will be."""

import pytest
from django.conf import settings

from relations import devservices


def pytest_configure(config: pytest.Config) -> None:
    if not (config.option.collectonly or config.option.help or config.option.version):
        env = settings.ENV
        devservices.ensure(env.home, database=env.embedded_database, cache=env.embedded_cache)
