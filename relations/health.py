"""Is it up, and can it work? Checks are listed in settings.HEALTH_CHECKS, so that the app can add its own."""

import logging
from collections.abc import Callable
from functools import cache as once

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


class Unhealthy(Exception):
    """Something is not as it has to be; the message says what, without secrets."""


def database() -> str:
    """PostgreSQL answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "answers"


def shared_cache() -> str:
    """Valkey takes and gives back."""
    cache.set("health", "ok", 10)
    if cache.get("health") != "ok":
        raise Unhealthy("the cache forgets")
    return "answers"


@once
def _all_applied() -> bool:
    """Remembered only when true: an exception is not kept."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise Unhealthy(f"{len(missing)} migrations are not applied: run `manage.py migrate`")
    return True


def migrations() -> str:
    """The tables are those of this version."""
    _all_applied()
    return "applied"


def _result(check: Callable[[], str]) -> dict[str, str]:
    try:
        return {"status": "ok", "detail": check()}
    except Unhealthy as problem:
        return {"status": "error", "detail": str(problem)}
    except Exception:  # whatever it is, the others are still asked
        logger.exception("health check failed")
        return {"status": "error", "detail": "unavailable"}


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Everything that requests need answers: 200, or 503 and what does not."""
    checks = {path.rpartition(".")[2]: _result(import_string(path)) for path in settings.HEALTH_CHECKS}
    well = all(result["status"] == "ok" for result in checks.values())
    return JsonResponse({"status": "ok" if well else "error", "checks": checks}, status=200 if well else 503)
