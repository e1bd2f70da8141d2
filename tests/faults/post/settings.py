"""The program's settings, but that beat does not wait a minute, and an impatient mail client."""

from relations.settings import *  # noqa: F403
from relations.settings import STORAGES

CELERY_BEAT_SCHEDULE = {
    "send-digests": {"task": "recommendations.tasks.send_digests", "schedule": 1, "options": {"expires": 55}}
}
EMAIL_TIMEOUT = 1.5
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
