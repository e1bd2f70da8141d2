"""What the OpenAPI document says of answers: of the good ones and of problems, and their header fields."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from recommendations.api import repeating, shapes
from recommendations.api.problems import CODES, MEDIA_TYPE

if TYPE_CHECKING:
    from recommendations.api.operation import Operation


def answer(said: Operation, method: str) -> dict[str, Any]:
    """Return what the document says of the answer when all is well."""
    names = ["RateLimit", "RateLimit-Policy", "Content-Language"]
    names += ["ETag"] if said.has_etag else []
    names += ["Location"] if said.status == HTTPStatus.CREATED else []
    names += [repeating.REPLAYED] if method == "post" else []
    names += ["Deprecation", "Link"] if said.deprecated else []
    names += ["Sunset"] if said.sunset else []
    found: dict[str, Any] = {
        "description": HTTPStatus(said.status).phrase,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    if said.answer:
        shape = _page(said) if said.listed else shapes.ref(said.answer)
        found["content"] = {media: {"schema": shape} for media in said.media_types}
        found["content"] |= {media: {"schema": shapes.ref(name)} for media, name in said.besides.items()}
    elif said.status != HTTPStatus.NO_CONTENT:
        found["content"] = {media: {} for media in said.media_types}
    return found


def _page(said: Operation) -> dict[str, Any]:
    rows = {"anyOf": [shapes.ref(said.answer), shapes.ref(f"Trimmed{said.answer}")]}
    page = shapes.record(
        next=shapes.maybe(shapes.ADDRESS), previous=shapes.maybe(shapes.ADDRESS), results=shapes.many(rows)
    )
    count = shapes.about("Only with `count=exact`.", shapes.WHOLE)
    page["properties"] = {**page["properties"], "count": count, **said.besides_results}
    if said.media_types != ("application/json",):
        extra = {"@context": {"type": "array", "items": {}}, "type": {"const": "AnnotationPage"}}
        page["properties"] = {**page["properties"], **extra}
        page["required"] = [*page["required"], *extra]
    return page


def others(said: Operation, method: str, *, has_places: bool) -> dict[str, Any]:
    """Return the problems, and 304."""
    statuses = {400, 401, 403, 406, 429, 500, 503, *said.problems}
    statuses |= {404} if has_places else set()
    statuses |= {411, 413, 415} if method != "get" else set()
    statuses |= {412} if said.if_match is not None else set()
    statuses |= {428} if said.if_match else set()
    statuses |= {422} if method == "post" else set()
    found: dict[str, Any] = {str(s): {"$ref": f"#/components/responses/Problem{s}"} for s in sorted(statuses)}
    found["414"] = {
        "description": "The address is longer than 8,190 bytes: said by the web server, before the register is asked.",
        "content": {"text/html": {}},
    }
    if said.has_etag and method == "get":
        found["304"] = {
            "description": "You have it already.",
            "headers": {"ETag": {"$ref": "#/components/headers/ETag"}},
        }
    return found


def problem_shape(status: int) -> dict[str, Any]:
    """Return the shape of what goes wrong with a status."""
    error = shapes.record(pointer=shapes.TEXT, detail=shapes.TEXT, code=shapes.TEXT)
    return shapes.record(
        type=shapes.ADDRESS,
        title=shapes.TEXT,
        status={"type": "integer", "const": status},
        detail=shapes.TEXT,
        code={"type": "string", "enum": codes_of(status)},
        errors=shapes.many(error),
    )


def codes_of(status: int) -> list[str]:
    """Return the codes of a status."""
    return [name for name, code in CODES.items() if code.status == status]


def statuses() -> list[int]:
    """Return every status that a problem can have."""
    return sorted({code.status for code in CODES.values()})


def problem(status: int) -> dict[str, Any]:
    """Return the answer with a problem of a status."""
    codes = codes_of(status)
    names = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    return {
        "description": "; ".join(f"`{name}`: {CODES[name].title}. {CODES[name].remedy}" for name in codes),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {MEDIA_TYPE: {"schema": shapes.ref(f"Problem{status}")}},
    }


def headers() -> dict[str, Any]:
    """Return the header fields of answers."""
    says = {
        "ETag": 'The version and a hash, in quotes: `"7.0123…"`. Strong.',
        "Location": "The address of what was made.",
        repeating.REPLAYED: "`true` when this was answered before to the same request under the same Idempotency-Key.",
        "Deprecation": "Since when one should use something else, as `@` and seconds since 1970 (RFC 9745).",
        "Sunset": "From when it may be gone (RFC 8594).",
        "Link": "`successor-version`: what to use instead; `deprecation`: where to read of it.",
        "Content-Language": "The language of titles, names and messages.",
        "RateLimit": 'What is left, and when it begins anew: `"default";r=59;t=60`.',
        "RateLimit-Policy": 'How often one may ask: `"default";q=60;w=60`.',
        "Retry-After": "Seconds.",
        "WWW-Authenticate": "Which sign-in is expected.",
    }
    seldom = {repeating.REPLAYED, "RateLimit", "RateLimit-Policy"}  # nobody is counted while the cache is away
    return {n: {"description": text, "required": n not in seldom, "schema": shapes.TEXT} for n, text in says.items()}
