"""How log lines look: JSON, one line per event, control characters escaped, no tokens and no addresses."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_ADDRESS = re.compile(r"[^\s<>\"'@/=:,;()]+@[^\s<>\"'@/=:,;()]+\.?[A-Za-z0-9-]+")
_BEARER = re.compile(r"(?i)\b(bearer|basic|token)\s+[\w.~+/=-]{8,}")
_QUERY = re.compile(r"\?[^\s\"']*")
_SECRET = re.compile(r"[A-Za-z0-9_.~:-]{24,}")  # in a path: a signed link, a password reset, a calendar's secret
_PLAIN = re.compile(
    r"[a-z-]+(?:-?\d{1,8})?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)  # words, and public identifiers


def _hide_secret(found: re.Match[str]) -> str:
    return found[0] if _PLAIN.fullmatch(found[0]) else "[secret]"


def redacted(text: str, *, path: bool = False) -> str:
    """The text without e-mail addresses and tokens; of a path also without its query and its secret parts."""
    text = _BEARER.sub(r"\1 [secret]", _ADDRESS.sub("[address]", text))
    return _SECRET.sub(_hide_secret, _QUERY.sub("?…", text)) if path else text


def redact(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: no value of a line holds a token or an address."""
    for key, value in event.items():
        if isinstance(value, str) and key not in {"request_id", "timestamp", "level", "logger"}:
            event[key] = redacted(value, path=key in {"request", "path"})
        elif not isinstance(value, (int, float, bool, type(None), str)):
            event[key] = redacted(str(value))
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
STRUCTLOG: dict[str, Any] = {
    "processors": [structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    "logger_factory": structlog.stdlib.LoggerFactory(),
    "cache_logger_on_first_use": True,
}


def configuration(level: str) -> dict[str, Any]:
    """What logging.config.dictConfig takes."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED, structlog.stdlib.PositionalArgumentsFormatter()],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    redact,
                    structlog.processors.JSONRenderer(),  # everything but ASCII is escaped
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Every request has its own line already; these would repeat it with its path.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"level": "WARNING"},
            "gunicorn.error": {"handlers": [], "propagate": True},
            "gunicorn.access": {"handlers": [], "propagate": False},
        },
    }
