"""Bad input, row by row of what is promised for it: at every operation, a problem as described, and nothing changed."""

import itertools
import json
import threading

import pytest
from django.db import connection

from recommendations.api import openapi
from recommendations.api.bodies import shape_of
from recommendations.models import Event, Organization, Recommendation, Theme
from recommendations.rules.access import Role
from tests.api import contract
from tests.api.conftest import Api, key_of
from tests.api.test_contract import all_operations, fill, places
from tests.factories import PersonFactory, SourceFactory

pytestmark = pytest.mark.django_db
DEEP = '{"a": ' + "[" * 32 + "]" * 32 + "}"
NUMBERS = ["0", "-1", str(2**63), "9" * 5000]


def with_a_body():
    return [(address, method, said) for address, method, said, _view in all_operations() if said.body]


def writes():
    return [(address, method) for address, method, _said, _view in all_operations() if method != "get"]


def members(said):
    """The names of a body, and those whose values are texts."""
    shapes = said.body.variants() or [shape_of(said.body, partial=said.partial)]
    named = {name: shape for one in shapes for name, shape in one["properties"].items()}
    texts = [name for name, shape in named.items() if "string" in shape.get("type", ()) and "enum" not in shape]
    return list(named), texts


@pytest.fixture
def refuses(full, steward):
    """Ask, and hold the answer: its status, a problem as the document says, nothing in history."""

    def ask(method, address, statuses, **said):
        before = Event.objects.count()
        path = fill(address, places(full, "own"))
        headers = {name: said.pop(name) for name in list(said) if name[0].isupper()}
        answer = steward(method, said.pop("path", path), **said, **{"If_Match": "*", **headers})
        assert answer.status_code in statuses, f"{method} {address}: {answer.status_code} {answer.content[:300]}"
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
        if contract.described(method, path) and "path" not in said:
            contract.hold(method, path, answer)
        assert Event.objects.count() == before, f"{method} {address} has changed something"
        return answer.json()

    return ask


@pytest.mark.uncounted
@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\x85"], ids=ascii)
def test_nul_lone_surrogates_and_control_characters_in_any_string(refuses, text):
    for address, method, said in with_a_body():
        for name in members(said)[1]:
            body = json.dumps({**said.example, name: text}).encode()
            found = refuses(method, address, {400}, raw=body)
            assert {"pointer": f"/{name}", "code": "control_characters"}.items() <= found["errors"][0].items()
        refuses(method, address, {400}, raw=json.dumps({**said.example, text: 1}).encode())


def test_the_same_in_any_parameter(refuses, full):
    texts = itertools.cycle(["%ff", "%00", "%ED%A0%80", "%7f"])  # in turn: they are refused in one place
    for address, method, said, _view in all_operations():
        for parameter in said.parameters:
            path = fill(address, places(full, "own"))
            refuses(method, address, {400}, path=f"{path}?{parameter.name}={next(texts)}")


@pytest.mark.uncounted
@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (DEEP, "malformed"),
        ('{"a": NaN}', "malformed"),
        ('{"a": Infinity}', "malformed"),
        ('{"a": 1, "a": 2}', "malformed"),
        ('{"a": {"b": 1, "b": 1}}', "malformed"),
        ("{", "malformed"),
        ('"a"', "invalid"),
        ("[]", "invalid"),
    ],
)
def test_json_that_is_not_ours(refuses, raw, code):
    for address, method, _said in with_a_body():
        assert refuses(method, address, {400}, raw=raw.encode())["code"] == code


def test_an_unknown_field(refuses):
    for address, method, said in with_a_body():
        found = refuses(method, address, {400}, raw=json.dumps({**said.example, "colour": 1}).encode())
        assert {"/colour": "unknown_field"}.items() <= {e["pointer"]: e["code"] for e in found["errors"]}.items()


def test_an_unknown_parameter(refuses, full):
    for address, method, _said, _view in all_operations():
        found = refuses(method, address, {400}, path=fill(address, places(full, "own")) + "?colour=red")
        assert [(e["pointer"], e["code"]) for e in found["errors"]] == [("/colour", "unknown_parameter")]


@pytest.mark.uncounted
@pytest.mark.parametrize("number", NUMBERS, ids=["0", "-1", "2^63", "5,000 digits"])
def test_ids_that_are_none(refuses, full, number):
    at = places(full, "own")
    for address, method, _said, _view in all_operations():
        for place in ("id", "reference", "slug", "number", "sequence", "capture", "key"):
            if f"{{{place}}}" in address:
                path = fill(address.replace(f"{{{place}}}", number), at)
                refuses(method, address, {404}, path=path)


@pytest.mark.uncounted
@pytest.mark.parametrize("number", NUMBERS, ids=["0", "-1", "2^63", "5,000 digits"])
def test_numbers_in_parameters_that_are_none(refuses, full, number):
    for address, method, said, view in all_operations():
        is_somebodys = view.needs_person and "{" in address  # and perhaps not there for whoever asks
        for parameter in said.parameters:
            if parameter.name in {"page_size", "snapshot"}:
                path = f"{fill(address, places(full, 'own'))}?{parameter.name}={number}"
                refuses(method, address, {400, 404} if is_somebodys else {400}, path=path)


@pytest.mark.uncounted
@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"Content_Encoding": "gzip"}, 415, "unsupported_media_type"),
        ({"content_type": "application/json; charset=utf-16"}, 415, "unsupported_media_type"),
        ({"Transfer_Encoding": "chunked"}, 411, "length_required"),
        ({"raw": b" " * 1_000_001}, 413, "too_large"),
    ],
    ids=str,
)
def test_bodies_that_are_not_sent_as_they_are(refuses, said, status, code):
    for address, method in writes():
        assert refuses(method, address, {status}, **{"raw": b"{}", **said})["code"] == code


@pytest.mark.parametrize("kind", ["text/csv", "application/x-www-form-urlencoded"])
def test_a_body_of_another_type(refuses, kind):
    for address, method, _said in with_a_body():
        refuses(method, address, {415}, raw=b"a=b", content_type=kind)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("address", "body", "model"),
    [
        ("recommendations/", {"reference": "T-1", "title_en": "One", "source": "report"}, Recommendation),
        ("organizations/", {"slug": "one", "name_en": "One", "kind": "other"}, Organization),
        ("themes/", {"slug": "one", "name_en": "One"}, Theme),
    ],
)
def test_races_on_unique_fields(address, body, model):
    SourceFactory(slug="report")
    key, ready, answers = key_of(PersonFactory(role=Role.STEWARD)), threading.Barrier(8), []

    def send():
        try:
            ready.wait()
            answers.append(Api(key).post(address, body))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    [contract.hold("post", f"/api/v1/{address}", answer) for answer in answers]
    assert model.objects.count() == 1


def test_a_whole_number_may_be_written_with_a_fraction_of_nothing(steward):
    body = {"slug": "one", "name_en": "One", "position": 4.0}
    assert steward.post("themes/", body).json()["position"] == 4
    assert steward.post("themes/", {**body, "slug": "two", "position": 4.5}).status_code == 400


def test_there_are_operations():
    assert len(with_a_body()) > 20
    assert openapi.document()["paths"]
