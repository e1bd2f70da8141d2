"""Holds an answer against the OpenAPI document: status, media type, headers, body."""

import json
import re
from functools import cache

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from recommendations.api import openapi


@cache
def _document():
    return json.loads(json.dumps(openapi.document()))


@cache
def _registry():
    return Registry().with_resource("doc", Resource.from_contents(_document(), default_specification=DRAFT202012))


def _resolve(node):
    while "$ref" in node:
        found = _document()
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


@cache
def _validator(schema):
    absolute = json.loads(schema.replace('"#/', '"doc#/'))
    return Draft202012Validator(absolute, registry=_registry(), format_checker=FormatChecker())


@cache
def _operations():
    paths = _document()["paths"].items()
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", address)), item) for address, item in paths]


def validate(schema, value):
    """Complain about a value that is not of a schema of the document."""
    found = _validator(json.dumps(schema)).iter_errors(value)
    problems = [f"{'/'.join(map(str, p.path))}: {p.message[:300]}" for p in found]
    assert problems == [], problems


def described(method, path):
    """Return the operation of the document that a path belongs to."""
    for pattern, item in _operations():
        if method in item and pattern.fullmatch(path.partition("?")[0]):
            return item[method]
    return None


def hold(method, path, answer):
    """Hold an answer against what the document says of it."""
    operation = described(method, path)
    assert operation is not None, f"{method} {path} is not described"
    status = str(answer.status_code)
    assert status in operation["responses"], f"{method} {path} answered {status}: {answer.content[:500]}"
    said = _resolve(operation["responses"][status])
    for name in said.get("headers", {}).keys() - {"Idempotency-Replayed"}:
        assert name in answer.headers, f"{method} {path} {status}: no {name}"
    content = said.get("content", {})
    body = whole(answer)
    if not content:
        assert body == b""
        return
    media = answer.headers["Content-Type"].partition(";")[0]
    assert media in content, f"{method} {path} {status}: {media}"
    if "schema" in content[media]:
        validate(content[media]["schema"], json.loads(body))


def whole(answer):
    """Return all of an answer, in one piece or in many."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content
