"""For machines that look for pages: what they may read, and where everything public is."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from recommendations.models import Organization, Recommendation, Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

MOST: Final = 50_000  # addresses in one file, by the protocol; and files
FILES: Final = MOST
NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGES: Final = ("overview", "recommendations", "sources", "organizations", "history", "changes")
CLOSED: Final = (
    "/admin/",
    "/account/",
    "/api/",
    "/setup/",
    "/i18n/",
    "/my/",
    "/digests/",
    "/calendar/",
    "/*?*as_of=",
    "/*?*cursor=",
)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(_request: HttpRequest) -> HttpResponse:
    """Say what may be read; nothing, while the register is closed to strangers."""
    lines = ["User-agent: *"]
    if settings.PUBLIC_SITE:
        lines += [*(f"Disallow: {address}" for address in CLOSED), "", f"Sitemap: {_absolute('sitemap')}"]
    else:
        lines.append("Disallow: /")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def index(_request: HttpRequest) -> HttpResponse:
    """List the files of addresses."""
    files = [("pages", 1)]
    for name, (rows, _key, _changed) in _sections().items():
        files += [(name, number + 1) for number in range(-(-rows.count() // MOST))]
    return _xml("sitemapindex", "sitemap", (({"loc": _absolute("sitemap_of", *file)}) for file in files))


@require_safe
@cache_control(public=True, max_age=3600)
def addresses(_request: HttpRequest, name: str, number: int) -> HttpResponse:
    """List one file of addresses."""
    if name == "pages" and number == 1:
        return _xml("urlset", "url", ({"loc": _absolute(page)} for page in PAGES))
    if name not in _sections() or not 1 <= number <= FILES:
        raise Http404
    rows, key, changed = _sections()[name]
    some = rows.order_by("pk").values_list(key, *([changed] if changed else []))[(number - 1) * MOST : number * MOST]
    found = [_place(name, *row) for row in some]
    if not found:
        raise Http404
    return _xml("urlset", "url", found)


def _sections() -> dict[str, tuple[QuerySet[Any], str, str]]:
    """Name what there are pages of: the rows that strangers may see, what their addresses are made of, and what tells when they changed."""
    return {
        "recommendations": (Recommendation.objects.visible_to(None), "reference", "updated_at"),
        "sources": (Source.objects.all(), "slug", ""),
        "organizations": (Organization.objects.all(), "slug", ""),
    }


def _place(name: str, key: str, changed: Any = None) -> dict[str, str]:
    place = {"loc": _absolute(name.removesuffix("s"), key)}
    return {**place, "lastmod": changed.isoformat()} if changed else place


def _xml(root: str, each: str, rows: Iterable[dict[str, str]]) -> HttpResponse:
    page = io.StringIO()
    xml = SimplerXMLGenerator(page, "utf-8", short_empty_elements=True)
    xml.startDocument()
    xml.startElement(root, AttributesImpl({"xmlns": NAMESPACE}))
    for row in rows:
        xml.startElement(each, AttributesImpl({}))
        for name, text in row.items():
            xml.addQuickElement(name, text)
        xml.endElement(each)
    xml.endElement(root)
    return HttpResponse(page.getvalue(), content_type="application/xml; charset=utf-8")


def _absolute(name: str, *keys: object) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=keys)}"


@require_safe
@cache_control(public=True, max_age=86_400)
def icon(request: HttpRequest) -> HttpResponse:
    """Lead browsers to the sign of the register, which they ask for where no page names it (a file, a feed)."""
    return redirect(static("recommendations/icons/relations.svg"))


urlpatterns = [
    path("favicon.ico", icon, name="favicon"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", index, name="sitemap"),
    path("sitemap/<slug:name>-<int:number>.xml", addresses, name="sitemap_of"),
]
