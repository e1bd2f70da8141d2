"""The program's own settings, but for how often one may ask."""

from relations.settings import *  # noqa: F403
from relations.settings import STORAGES

API_REQUESTS_A_MINUTE = API_REQUESTS_A_MINUTE_OF_STRANGERS = 1_000_000
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
