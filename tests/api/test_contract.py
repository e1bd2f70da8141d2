"""The OpenAPI document is valid, and every operation answers as it says, for each role, for what is there and what is not."""

import itertools
import json

import pytest
from django.core.cache import cache
from openapi_spec_validator import OpenAPIV31SpecValidator

from recommendations.actions import evidence
from recommendations.api import openapi
from recommendations.rules.access import Role
from tests.api import contract
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
PAIRS = [  # whose things, and who asks
    *itertools.product(("own", "foreign"), Role.values),
    ("missing", "visitor"),
    ("missing", "steward"),
]
MISSING = "0c7dd4f1-6ac2-4f3a-9e2b-7a8c6b1d2e3f"
FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nreference,priority\r\nT-900,high\r\n--x--\r\n'
WRITERS = {"contributor", "reviewer", "steward", "administrator"}


@pytest.fixture
def whole(full, carol):
    """Add a file to each item."""
    draft = evidence.Draft("Decree 8", "", TODAY, "primary", file=evidence.File("decree.pdf", b"%PDF-1.7"))
    for name, item in (("file", full.item), ("inner_file", full.inner)):
        setattr(full, name, evidence.attach(item.reference, draft, actor=carol, now=NOW))
    return full


def places(full, kind):
    """Give what stands in addresses: one's own or everybody's, what strangers may not see, and what is nowhere."""
    inner = "inner_" if kind == "foreign" else ""
    item = {"own": "T-900", "foreign": "T-901", "missing": "T-999"}[kind]

    def identity(name):
        return MISSING if kind == "missing" else str(getattr(full, f"{inner}{name}").uuid)

    def single(name):
        return str(getattr(full, name).uuid) if kind == "own" else MISSING

    return {
        "reference": item,
        "key": item,
        "subject": "recommendation",
        "sequence": "1",
        "head": full.head.day.isoformat() if kind != "missing" else "1999-01-01",
        "source": full.source.slug if kind != "missing" else "nowhere",
        "organization": "ministry" if kind != "missing" else "nowhere",
        "theme": "economy" if kind != "missing" else "nowhere",
        **{name: identity(name) for name in ("assessment", "evidence", "file", "assignment", "response", "milestone")},
        **{name: identity(name) for name in ("indicator", "observation", "passage", "comment")},
        **{
            name: single(name)
            for name in ("subscription", "delivery", "token", "notice", "saved_view", "calendar", "webhook", "call")
        },
        "number": "1",
        "capture": identity("capture"),
        "disposition": identity("disposition") if kind != "foreign" else str(full.disposition.uuid),
        "import": MISSING if kind == "missing" else str(full.importing.uuid),
        "report": MISSING if kind == "missing" else str(full.report.uuid),
        "batch": MISSING if kind == "missing" else str(full.batch.uuid),
    }


NAMES = {"deliveries": "delivery", "batches": "batch", "saved-views": "saved_view"}


def fill(address, at):
    """Put what `places` gives into an address."""
    first = address.removeprefix("/api/v1/").partition("/")[0]
    noun = NAMES.get(first, first.removesuffix("s"))
    noun = "file" if address.endswith("/file/") else noun
    for name in ("reference", "key", "subject", "sequence", "number", "capture"):
        address = address.replace(f"{{{name}}}", at[name])
    return address.replace("{id}", at.get(noun, "")).replace("{slug}", at.get(noun, ""))


def expected(said, view, role, kind, address, *, writes):
    """Say which statuses the rules leave possible, whatever is in the body."""
    if role == "visitor" and (writes or view.needs_person):
        return {401}
    if role == "reader" and writes:  # with a token that only reads
        return {403}
    is_mine = view.is_shared or (kind == "own" and role == "reader")
    if getattr(view, "is_for_stewards", False):
        is_mine = role in {"steward", "administrator"}
    is_hidden = (
        kind == "foreign"
        and role == "visitor"
        and not any(part in address for part in ("{slug}", "dispositions", "/heads/", "/reports/"))
    )
    if "{" in address and (kind == "missing" or is_hidden or (view.needs_person and not is_mine)):
        return {404}
    return {200, 201, 204, 400, 403, 409, 412} if writes else {200}


def all_operations():
    return [(address, method, said, view) for address, method, said, view, *_rest in openapi.operations()]


@pytest.mark.uncounted
def test_document_is_valid():
    OpenAPIV31SpecValidator(json.loads(json.dumps(openapi.document()))).validate()


def test_document_names_every_operation_once():
    names = [
        op["operationId"]
        for item in openapi.document()["paths"].values()
        for m, op in item.items()
        if m != "parameters"
    ]
    assert len(names) == len(set(names)) == len(all_operations())
    assert len(names) > 45


@pytest.mark.uncounted
@pytest.mark.parametrize(("kind", "role"), PAIRS)
def test_every_operation_answers_as_described(whole, apis, role, kind, settings):
    settings.API_REQUESTS_A_MINUTE_OF_STRANGERS = settings.API_REQUESTS_A_MINUTE  # there are more operations
    for address, method, said, view in all_operations():
        cache.clear()  # nobody asks as quickly as a test
        path = fill(address, places(whole, kind))
        body = said.example if said.body else None
        headers = {"If_Match": '"1.x"'} if said.if_match else {}
        said_as = {"raw": b"A document.", "content_type": said.takes[0]} if said.takes else {}
        said_as |= (
            {"raw": FORM, "content_type": 'multipart/form-data; boundary="x"'} if said.upload and not body else {}
        )
        answer = apis[role](method, path, body, **headers, **said_as)
        contract.hold(method, path, answer)
        wanted = expected(said, view, role, kind, address, writes=method != "get")
        assert answer.status_code in wanted, f"{role} {method} {path}: {answer.status_code}, not {wanted}"
