"""What all views of the API do: who asks, in which language, with which parameters; lists, tags, answers."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.actions.today import zone_of
from recommendations.api import components, deprecation, formats, throttling
from recommendations.api.problems import Failure, unknown_parameter
from recommendations.models import Person, Token, keyset
from recommendations.models.token import TokenScope
from recommendations.rules import moments, words
from recommendations.rules.errors import Invalid, Problem, refuse_if

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet
    from rest_framework.request import Request

    from recommendations.api.bodies import Body
    from recommendations.api.operation import Operation
    from recommendations.api.throttling import Count
    from recommendations.models.keyset import Order, Page
    from recommendations.rules.moments import AsOf

type_of_row = dict[str, Any]
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_TURNS: Final = frozenset({"cursor", "page_size", "count", "fields"})
_TAG: Final = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')


class Door(APIView):
    """A view of the API. Subclasses say with `@operation` what they take and give; this class holds them to it."""

    http_method_names: ClassVar[list[str]] = ["get", "post", "patch", "delete", "head"]  # type: ignore[misc]
    needs_person: ClassVar[bool] = False
    is_shared: ClassVar[bool] = False  # with needs_person: everybody who signs in sees the same, not only their own
    renames: ClassVar[Mapping[str, str]] = {}
    longest_body: ClassVar[int] = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    now: dt.datetime
    as_of: AsOf | None = None
    count: Count | None = None

    # Before the view

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check everything that the operation promises, before the view begins."""
        self.now = timezone.now()
        self._speak(request, "")
        super().initial(request, *args, **kwargs)
        self._speak(request, getattr(request.user, "language", ""))
        self._check_person(request)
        operation = self._operation(request)
        if operation is None:
            self.http_method_not_allowed(request)
        else:
            self._check_parameters(request, operation)
            self._look_back(request, operation)
        if request.method not in SAFE:
            formats.check_headers(request._request, self.longest_body)  # noqa: SLF001 - Django's own request, under DRF's

    def _operation(self, request: Request) -> Operation | None:
        """Return what the method that is asked for says of itself."""
        return getattr(getattr(self, str(request.method).lower(), None), "operation", None)

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks; those who fail are counted too."""
        try:
            super().perform_authentication(request)
        except Failure:
            self.check_throttles(request)
            raise

    def check_throttles(self, request: Request) -> None:
        """Count the request. Raises `Failure` (429) for one too many."""
        self.count = throttling.count(request)
        if self.count is not None and self.count.is_over:
            raise Failure("throttled")

    def _speak(self, request: Request, mine: str) -> None:
        wanted = parse_accept_lang_header(request.headers.get("Accept-Language", "").lower())
        codes = [code.partition("-")[0] for code, _quality in wanted]
        known = dict(settings.LANGUAGES)
        translation.activate(next((code for code in (*codes, mine) if code in known), settings.LANGUAGE_CODE))

    def _check_person(self, request: Request) -> None:
        is_write = request.method not in SAFE
        if not request.user.is_authenticated and (is_write or self.needs_person or not settings.PUBLIC_SITE):
            raise Failure("not_authenticated")
        if is_write and isinstance(request.auth, Token) and request.auth.scope != TokenScope.WRITE:
            raise Failure("read_only_token")

    def _check_parameters(self, request: Request, operation: Operation) -> None:
        formats.check_query(request._request)  # noqa: SLF001 - Django's own request, under DRF's
        known = {parameter.name: parameter for parameter in operation.parameters}
        problems = []
        for name, values in request.query_params.lists():
            if name not in known:
                problems.append(unknown_parameter(name, list(known)))
            elif len(values) > 1 and not known[name].repeats:
                problems.append(Problem("bad_parameter", _("This can be given once only."), name))
            problems += [found for value in values for found in words.check_text(value, name, longest=2000)[:1]]
        refuse_if(problems)

    def _look_back(self, request: Request, operation: Operation) -> None:
        """Find the moment that is asked for; the operation runs within it."""
        asked = request.query_params.getlist("as_of") if operation.dated else []
        self.as_of = moments.parse(asked, now=self.now, zone=zone_of(self.person))

    # After the view

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add what every answer says: language, what it depends on, where the reader stands."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        patch_vary_headers(done, ["Accept", "Accept-Language", "Authorization", "Cookie"])
        counted = self.count.headers() if self.count else {}
        for name, value in {**counted, **deprecation.headers(self._operation(request))}.items():
            done.headers.setdefault(name, value)
        return done

    # For views

    @property
    def person(self) -> Person | None:
        """Who asks, or None."""
        return self.request.user if isinstance(self.request.user, Person) else None

    @property
    def actor(self) -> Person:
        """Who acts; every write was asked for a sign-in."""
        return cast("Person", self.request.user)

    @property
    def today(self) -> dt.date:
        """The reader's day: today, or the one that is looked back to."""
        return self.as_of.day if self.as_of else self.now.astimezone(zone_of(self.person)).date()

    def said(self, body: type[Body], *, partial: bool = False) -> dict[str, Any]:
        """Return the body, checked. Raises what becomes 400."""
        made = body(data=self.request.data, partial=partial)
        made.is_valid(raise_exception=True)
        return dict(made.validated_data)

    def listed(
        self, rows: QuerySet[Any, Any], order: Order, present: Callable[[type_of_row], type_of_row], shape: str
    ) -> Response:
        """Answer a page of a list; `rows` are dicts with `id` and the order's column."""
        fields, question = self.fields(shape), self._question()
        page = keyset.page(rows, order, cursor=self.cursor, size=self.page_size, question=question)
        return self.paged(page, [present(row) for row in page.rows], fields, rows.count)

    def paged(
        self, page: Page, found: list[type_of_row], fields: list[str], count: Callable[[], int],
        used: Mapping[str, str] | None = None, **besides: Any,
    ) -> Response:  # fmt: skip
        """Answer a page that was found already, with all or some fields of its results; counted only when asked for.

        `used` are parameters that took the place of those asked for: further pages name them.
        """
        if fields:
            found = [{name: row[name] for name in fields} for row in found]
        turns = {"next": self._turn(page.next, used or {}), "previous": self._turn(page.previous, used or {})}
        body = {**turns, "results": found, **besides}
        if "count" in self.request.query_params:
            body["count"] = count()
        return Response(body)

    @property
    def cursor(self) -> str | None:
        """The place in the list that is asked for."""
        return self.request.query_params.get("cursor")

    @property
    def page_size(self) -> int:
        """How many results are asked for."""
        return _page_size(self.request.query_params.get("page_size"))

    def fields(self, shape: str) -> list[str]:
        """Return the fields of a result that are asked for; none means all."""
        if self.request.query_params.get("count", "exact") != "exact":
            raise Invalid(Problem("bad_parameter", _("Only “exact” is possible here."), "count"))
        return _fields(self.request.query_params.getlist("fields"), shape)

    def _question(self) -> str:
        """Say what the list was asked for, but for the place in it and for what is shown of it."""
        asked = {name: ",".join(values) for name, values in self.request.query_params.lists() if name not in _TURNS}
        return f"{self.request.path} {sorted(asked.items())}"

    def _turn(self, cursor: str | None, used: Mapping[str, str]) -> str | None:
        if cursor is None:
            return None
        params = {**dict(self.request.query_params.lists()), **used, "cursor": [cursor]}
        return f"{settings.PUBLIC_URL}{self.request.path}?{urlencode(params, doseq=True)}"

    def shown(self, body: type_of_row, *, status: int = 200, version: int = 0) -> Response:
        """Answer one thing with its strong ETag, or 304. Without a stamp the tag is made of the body itself."""
        tag = self.tag(version, body)
        return self.unchanged(tag) or self.tagged(body, tag, status=status)

    def tag(self, version: int, depends_on: Any) -> str:
        """Return a strong ETag: the version, and a hash of all that the answer depends on, the moment included."""
        content = formats.dumps([depends_on, self.as_of.moment] if self.as_of else depends_on)
        return f'"{version}.{hashlib.sha256(content).hexdigest()[:24]}"'

    def tagged(self, body: type_of_row, tag: str, *, status: int = 200) -> Response:
        """Answer one thing under a tag; a new one with its address."""
        headers = {"ETag": tag}
        if status == 201:  # noqa: PLR2004 - the status' own name is longer
            headers["Location"] = body["url"]
        return Response(body, status=status, headers=headers)

    def unchanged(self, tag: str) -> Response | None:
        """Answer 304 when the reader has this already (RFC 9110, 13.1.2), else None."""
        header = self.request.headers.get("If-None-Match", "").strip()
        if self.request.method not in SAFE or not header:
            return None
        has = {f'"{opaque}"' for _weak, opaque in _TAG.findall(header)}
        return Response(status=304, headers={"ETag": tag}) if header == "*" or tag in has else None

    def seen(self, *, needed: bool) -> int | None:
        """Return the version that If-Match names: None for `*` and for none at all, 0 for one that never was.

        Raises `Failure` (428) when it is needed and missing.
        """
        header = self.request.headers.get("If-Match", "").strip()
        if not header and needed:
            raise Failure("precondition_required")
        if header in {"", "*"}:
            return None
        versions = [opaque.partition(".")[0] for weak, opaque in _TAG.findall(header) if not weak]
        return max((int(v) for v in versions if re.fullmatch("[1-9][0-9]{0,8}", v)), default=0)


def _page_size(value: str | None) -> int:
    if value is None:
        return keyset.USUAL
    if not re.fullmatch("[0-9]{1,4}", value) or not 1 <= int(value) <= keyset.MOST:
        text = _("This is a number from 1 to %(most)s.") % {"most": keyset.MOST}
        raise Invalid(Problem("bad_parameter", text, "page_size"))
    return int(value)


def _fields(values: list[str], shape: str) -> list[str]:
    names = [name for value in values for name in value.split(",")]
    known = components.SHAPES[shape]["properties"]
    unknown = [name for name in names if name not in known]
    if unknown:
        text = _("There is no field “%(name)s”; possible are: %(names)s.")
        said = text % {"name": unknown[0][:60], "names": ", ".join(known)}
        raise Invalid(Problem("bad_parameter", said, "fields"))
    return list(dict.fromkeys(names))
