"""The program's settings, with what tests need: plain static files, quick passwords, a cache of each test process' own."""

import os

os.environ.setdefault("SECRET_KEY", "for tests only, so that DATABASE_URL and REDIS_URL are enough")
os.environ["DATABASE_ROLE"] = "owner"  # who makes the databases that tests run in

from relations.settings import *  # noqa: F403
from relations.settings import CACHES, DATABASES, ENV, INSTALLED_APPS, STORAGES

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs an event loop in the test's own thread

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]

# Nothing of a test has to outlive a crash of the machine, so that no commit waits for the disk.
DATABASES["default"]["OPTIONS"] |= {"options": "-c synchronous_commit=off"}

# Each process of pytest-xdist has its own numbered store: clearing a cache clears the whole store.
_PROCESS = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
_STORE = 1 + int(_PROCESS.removeprefix("gw")) % 14

CACHES = {"default": {**CACHES["default"], "LOCATION": f"{ENV.cache_url.partition('?')[0]}?db={_STORE}"}}
CELERY_BROKER_URL = f"{ENV.broker_url.partition('?')[0]}?virtual_host={_STORE}"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
# What these two write into functions that later migrations call is read by the linter as if they did it themselves.
MIGRATION_LINTER_OPTIONS = {"ignore_name": ["0005_past", "0009_heads", "0018_search"]}
