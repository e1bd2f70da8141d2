"""How often one may ask: counted in the shared cache, so that the limit holds over all processes."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import redis
from django.conf import settings
from rest_framework.throttling import BaseThrottle

from recommendations.models import Person, Token

if TYPE_CHECKING:
    from rest_framework.request import Request

PERIOD: Final = 60  # seconds
PAUSE: Final = 5.0  # seconds in which an absent cache is not asked again
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Count:
    """Where somebody stands: of `limit` requests a minute this was number `used`; it begins anew in `reset` seconds."""

    limit: int
    used: int
    reset: int

    @property
    def is_over(self) -> bool:
        """Whether this request is one too many."""
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """Return the fields of the IETF's draft on rate limits, and when to come back."""
        left = max(0, self.limit - self.used)
        found = {
            "RateLimit-Policy": f'"default";q={self.limit};w={PERIOD}',
            "RateLimit": f'"default";r={left};t={self.reset}',
        }
        return found | ({"Retry-After": str(self.reset)} if self.is_over else {})


class Counter:
    """Counts in Valkey. While it is away nobody is counted, and nobody is sent away."""

    def __init__(self) -> None:
        self._client: redis.Redis | None = None
        self._lock = threading.Lock()
        self._absent_until = 0.0

    def count(self, who: str, limit: int) -> Count | None:
        """Count one request; None while nobody can count. The minute begins with the first request."""
        if time.monotonic() < self._absent_until:
            return None
        try:
            pipe = self._connected().pipeline(transaction=True)
            pipe.incr(who)
            pipe.expire(who, PERIOD, nx=True)
            pipe.ttl(who)
            used, _set, left = pipe.execute()
        except redis.RedisError:
            self._absent_until = time.monotonic() + PAUSE
            logger.warning("requests are not counted: the cache is away")
            return None
        return Count(limit, used, max(1, left))

    def _connected(self) -> redis.Redis:
        with self._lock:  # a second client that took the place of the first would close its line in mid-request
            if self._client is None:
                place = str(settings.CACHES["default"]["LOCATION"])
                self._client = redis.Redis.from_url(place, socket_timeout=1, socket_connect_timeout=1)
            return self._client


COUNTER: Final = Counter()


def count(request: Request) -> Count | None:
    """Count a request: 600 a minute for each token and signed-in person, 60 for each address of strangers."""
    who, limit = _who(request)
    return COUNTER.count(f"relations:api:{who}", limit)


def _who(request: Request) -> tuple[str, int]:
    if isinstance(request.auth, Token):
        return f"token:{request.auth.pk}", settings.API_REQUESTS_A_MINUTE
    if isinstance(request.user, Person):
        return f"person:{request.user.pk}", settings.API_REQUESTS_A_MINUTE
    return f"address:{BaseThrottle().get_ident(request)}", settings.API_REQUESTS_A_MINUTE_OF_STRANGERS
