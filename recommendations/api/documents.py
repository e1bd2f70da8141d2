"""The API's documents: its OpenAPI description, and the same for people to read."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Final

import orjson
import yaml
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from recommendations.api import formats, manual, openapi
from recommendations.api.door import Door
from recommendations.api.operation import Parameter, operation
from recommendations.api.reasons import REASONS
from recommendations.rules.errors import Invalid, Problem

if TYPE_CHECKING:
    from rest_framework.request import Request

TYPES: Final = {
    "json": ("application/vnd.oai.openapi+json;version=3.1", "application/vnd.oai.openapi+json", "application/json"),
    "yaml": ("application/yaml", "application/vnd.oai.openapi", "application/x-yaml", "text/yaml"),
}


DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # ten times as quick where libyaml is


class Schema(Door):
    """The OpenAPI document."""

    renderer_classes = tuple(
        formats.written_as(kind, media) for kind in ("json", "yaml") for media in (TYPES[kind][-1], *TYPES[kind][:-1])
    )

    @operation(
        "Read this document",
        query=(Parameter("format", {"type": "string", "enum": list(TYPES)}, "Instead of the Accept header."),),
        has_etag=True,
        media_types=("application/json", "application/yaml"),
    )
    def get(self, request: Request) -> HttpResponse:
        """Answer it in the wanted form, or 304."""
        kind = request.query_params.get("format", request.accepted_renderer.format)
        if kind not in TYPES:
            text = _("“%(value)s” is not one of: %(choices)s.") % {"value": kind[:60], "choices": ", ".join(TYPES)}
            raise Invalid(Problem("bad_parameter", text, "format"))
        content, tag = _written(kind)
        unchanged = self.unchanged(tag)
        if unchanged:
            return unchanged
        media_type = "application/yaml" if kind == "yaml" else "application/json"
        return HttpResponse(content, content_type=media_type, headers={"ETag": tag})


class Docs(Door):
    """The same for people."""

    renderer_classes = (formats.written_as("html", "text/html"), *Schema.renderer_classes[:1])

    @operation("Read the documents", media_types=("text/html",))
    def get(self, request: Request) -> HttpResponse:
        """Answer a page that needs no script."""
        context = {
            "document": openapi.document(),
            "groups": manual.groups(),
            "codes": manual.all_codes(),
            "reasons": REASONS,
            "shapes": manual.named(),
            "address": settings.PUBLIC_URL,
        }
        return render(request._request, "api/docs.html", context)  # noqa: SLF001 - Django's own request, under DRF's


@cache
def _written(kind: str) -> tuple[bytes, str]:
    document = openapi.document()
    if kind == "yaml":
        plain = json.loads(orjson.dumps(document))  # without shared members, which YAML would write as references
        data = yaml.dump(plain, Dumper=DUMPER, sort_keys=False, allow_unicode=True, width=120).encode()
    else:
        data = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    return data, f'"{hashlib.sha256(data).hexdigest()[:24]}"'
