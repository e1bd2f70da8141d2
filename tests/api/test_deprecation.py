"""What is on its way out says so in its answers and in the document. Nothing is yet, so the test makes something."""

import datetime as dt

import pytest
from django.test import RequestFactory
from rest_framework.response import Response

from recommendations.api import openapi
from recommendations.api.door import Door
from recommendations.api.operation import operation

pytestmark = pytest.mark.django_db
SINCE, UNTIL = dt.date(2027, 1, 1), dt.date(2027, 7, 1)


class Old(Door):
    @operation("Read it", deprecated=SINCE, sunset=UNTIL, successor="/api/v2/it/")
    def get(self, request):
        return Response({})

    @operation("Do it", deprecated=SINCE, status=204)
    def post(self, request):
        return Response(status=204)


def test_an_answer_tells_since_when_until_when_and_what_instead(settings):
    settings.PUBLIC_URL = "https://register.example.org"
    answer = Old.as_view()(RequestFactory().get("/api/v1/it/"))
    assert answer.headers["Deprecation"] == "@1798761600"
    assert answer.headers["Sunset"] == "Thu, 01 Jul 2027 00:00:00 GMT"
    assert answer.headers["Link"] == (
        '<https://register.example.org/api/v1/docs/>; rel="deprecation"; type="text/html", '
        '<https://register.example.org/api/v2/it/>; rel="successor-version"'
    )


def test_a_refusal_tells_it_too_and_what_is_not_known_is_not_told():
    answer = Old.as_view()(RequestFactory().post("/api/v1/it/"))
    assert (answer.status_code, answer.headers["Deprecation"]) == (401, "@1798761600")
    assert "Sunset" not in answer.headers
    assert "successor-version" not in answer.headers["Link"]


def test_what_stays_says_nothing():
    class New(Door):
        @operation("Read it")
        def get(self, request):
            return Response({})

    answer = New.as_view()(RequestFactory().get("/api/v1/it/"))
    assert not {"Deprecation", "Sunset", "Link"} & {*answer.headers}


def test_the_document_tells_it():
    described = openapi.described(Old.get.operation, Old, "get", "get_it", has_places=False)
    assert described["deprecated"] is True
    assert {"Deprecation", "Sunset", "Link"} <= {*described["responses"]["200"]["headers"]}
    described = openapi.described(Old.post.operation, Old, "post", "post_it", has_places=False)
    assert "Sunset" not in described["responses"]["204"]["headers"]
    assert not any("deprecated" in one for item in openapi.document()["paths"].values() for one in item.values())
