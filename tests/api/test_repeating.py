"""Idempotency-Key: the same request again has one effect and the same answer."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.test import RequestFactory
from rest_framework.response import Response

from recommendations.actions import idempotency
from recommendations.api import openapi
from recommendations.api.door import Door
from recommendations.api.operation import operation
from recommendations.models import Assessment, Event, Evidence, IdempotencyKey, Milestone, Token
from recommendations.rules.access import Role
from recommendations.tasks import forget_answers
from tests.api import contract
from tests.api.conftest import Api, key_of
from tests.factories import PersonFactory, RecommendationFactory

pytestmark = pytest.mark.django_db
ADDRESS = "recommendations/T-900/milestones/"
PLAN = {"title": "A draft", "due_on": "2030-03-31"}


def post(api, body=PLAN, key="a-1", address=ADDRESS, **said):
    answer = api.post(address, body, **{"Idempotency-Key": key}, **said)
    contract.hold("post", f"/api/v1/{address}", answer)
    return answer


def told(answer):
    kept = ("Location", "ETag", "Content-Type", "Content-Language")
    return answer.status_code, answer.content, *(answer.headers.get(name) for name in kept)


def test_a_repeated_request_has_one_effect_and_the_same_answer(item, steward):
    first, again = post(steward), post(steward)
    assert first.status_code == 201
    assert told(first) == told(again)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Milestone.objects.count() == 1
    assert steward.get("events/?verb=milestone_set&count=exact").json()["count"] == 1
    assert post(steward, key="a-2").json()["id"] != first.json()["id"]
    assert steward.post(ADDRESS, PLAN).status_code == 201
    assert Milestone.objects.count() == 3


def test_the_answer_is_that_of_then(item, steward):
    first = post(steward, Accept_Language="ru")
    made = first.json()
    assert steward.patch(f"milestones/{made['id']}/", {"title": "Another"}, If_Match=first["ETag"]).status_code == 200
    assert told(post(steward, Accept_Language="en")) == told(first)
    assert first.headers["Content-Language"] == "ru"


@pytest.mark.parametrize(
    ("address", "body"),
    [
        (ADDRESS, {**PLAN, "title": "Another"}),
        (ADDRESS, {"title": "A draft"}),
        ("recommendations/T-901/milestones/", PLAN),
        ("recommendations/T-900/comments/", {"body": "Seen."}),
    ],
)
def test_another_request_under_the_same_key_is_refused(item, steward, address, body):
    RecommendationFactory(reference="T-901")
    post(steward)
    answer = post(steward, body, address=address)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Milestone.objects.count() == 1


def test_members_may_come_in_another_order(item, steward):
    assert told(post(steward, dict(reversed(PLAN.items())))) == told(post(steward))


def test_a_query_or_a_media_type_makes_another_request(full, steward):
    address = f"sources/{full.source.slug}/snapshots/"
    said = {"raw": b"A new text.", "Idempotency-Key": "a-1"}
    assert steward.post(address, **said, content_type="text/plain").status_code == 201
    assert steward.post(address, **said, content_type="text/plain; charset=utf-8").status_code == 201
    assert steward.post(address, **said, content_type="text/html").status_code == 422
    assert steward.post(address, **{**said, "raw": b"Other."}, content_type="text/plain").status_code == 422


def test_keys_are_those_of_a_person(item, owned, steward, owner, carol):
    first, second = post(steward), post(owner)
    assert first.json()["id"] != second.json()["id"]
    assert told(post(Api(key_of(carol)))) == told(first)


def test_a_refused_request_may_be_corrected_under_its_key(item, steward):
    assert post(steward, {"title": ""}).status_code == 400
    assert post(steward, {**PLAN, "due_on": "no"}).status_code == 400
    assert post(steward, address="recommendations/T-999/milestones/").status_code == 404
    assert post(steward, {"kind": "review", "value": "implemented", "as_of": "2026-11-20"}, address="recommendations/T-900/assessments/").status_code == 409  # fmt: skip
    assert IdempotencyKey.objects.count() == 0
    assert post(steward).status_code == 201
    assert Event.objects.filter(verb="milestone_set").count() == 1


@pytest.mark.parametrize("key", ["", "a b", "a" * 256, "ключ", "a\x7f", "\t"])
def test_a_malformed_key(item, steward, key):
    answer = steward.post(ADDRESS, PLAN, **{"Idempotency-Key": key})
    assert answer.status_code == 400
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/Idempotency-Key", "bad_idempotency_key")]
    assert Milestone.objects.count() == 0
    assert post(steward, key="!" * 255).status_code == 201


def test_other_methods_take_no_notice(item, steward):
    assert steward.get(ADDRESS, **{"Idempotency-Key": ""}).status_code == 200


def test_strangers_are_asked_to_sign_in_first(item, visitor):
    assert post(visitor, key="a-1").status_code == 401
    assert IdempotencyKey.objects.count() == 0


def test_what_is_shown_once_is_kept_sealed(reader, carol):
    api = Api(key_of(carol))
    first, again = (post(api, {"name": "export"}, address="tokens/") for _ in "ab")
    assert told(first) == told(again)
    assert Token.objects.filter(name="export").count() == 1
    kept = IdempotencyKey.objects.get()
    assert first.json()["key"].encode() not in bytes(kept.body)
    assert "a-1" not in {kept.key_sha256, kept.request_sha256}
    assert str(kept) == "201 2026-11-24"


def test_a_site_with_another_secret_says_no_more_than_that_it_was_used(item, steward, settings):
    post(steward)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another one altogether" * 3, []
    assert post(steward).status_code == 422
    assert Milestone.objects.count() == 1


def form(boundary, content=b"%PDF-1.7", name="decree.pdf"):
    parts = {"title": "Decree", "dated_on": "2026-02-01", "kind": "primary"}
    lines = [f'--{boundary}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts.items()]
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return "".join([*lines, file]).encode() + content + f"\r\n--{boundary}--\r\n".encode()


def test_a_form_counts_by_its_parts(item, steward, media):
    def send(boundary, **said):
        kind = f"multipart/form-data; boundary={boundary}"
        address = "recommendations/T-900/evidence/"
        return steward.post(address, raw=form(boundary, **said), content_type=kind, **{"Idempotency-Key": "f"})

    first = send("one")
    assert first.status_code == 201, first.content
    assert told(send("another")) == told(first)
    assert send("one", content=b"%PDF-1.8").status_code == 422
    assert send("one", name="other.pdf").status_code == 422
    assert Evidence.objects.count() == 1
    assert len([path for path in media.rglob("*") if path.is_file()]) == 1


def test_a_file_goes_when_the_answer_fails(item, steward, media, monkeypatch):
    monkeypatch.setattr(idempotency.sealing, "seal", lambda *_said: 1 / 0)
    kind = "multipart/form-data; boundary=b"
    said = {"raw": form("b"), "content_type": kind, "Idempotency-Key": "f"}
    assert steward.post("recommendations/T-900/evidence/", **said).status_code == 500
    assert Evidence.objects.count() == 0
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_an_act_without_a_body_or_an_answer_is_repeated_too(full, steward):
    answers = [steward.post("recommendations/T-900/follow/", **{"Idempotency-Key": "f"}) for _ in "ab"]
    assert told(answers[0]) == told(answers[1])


def test_an_answer_without_a_body_has_no_media_type(carol):
    class Empty(Door):
        @operation("Do it", status=204)
        def post(self, request):
            return Response(status=204)

    for again in (None, "true"):
        headers = {"Authorization": f"Bearer {key_of(carol)}", "Idempotency-Key": "e"}
        answer = Empty.as_view()(RequestFactory().post("/api/v1/empty/", b"", "application/json", headers=headers))
        assert (answer.status_code, answer.content, answer.headers.get("Content-Type")) == (204, b"", None)
        assert answer.headers.get("Idempotency-Replayed") == again


def test_answers_are_forgotten_after_a_day(item, steward, time_machine_at):
    post(steward)
    kept = IdempotencyKey.objects.get()
    assert idempotency.forget(kept.made_at + dt.timedelta(days=1)) == 0
    forget_answers()
    assert IdempotencyKey.objects.count() == 1
    assert idempotency.forget(kept.made_at + dt.timedelta(days=1, seconds=1)) == 1
    assert post(steward).json()["id"] is not None
    assert Milestone.objects.count() == 2


def test_the_document_tells_of_it():
    for address, method, _said, *_rest in openapi.operations():
        described = openapi.document()["paths"][address][method]
        named = {parameter["name"] for parameter in described["parameters"]}
        assert ("Idempotency-Key" in named) == ("422" in described["responses"]) == (method == "post"), address


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_have_one_effect_and_one_answer():
    person = PersonFactory(role=Role.STEWARD)
    RecommendationFactory(reference="T-900")
    api, ready, answers = Api(key_of(person)), threading.Barrier(16), []

    def send():
        try:
            ready.wait()
            body = {"kind": "review", "value": "in_preparation", "as_of": "2026-11-20"}
            answers.append(Api(api.key).post("recommendations/T-900/assessments/", body, **{"Idempotency-Key": "x"}))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert {answer.status_code for answer in answers} == {201}
    assert len({told(answer) for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert Assessment.objects.count() == 1
    assert Event.objects.filter(verb="assessed").count() == 1
