"""What came back is for administrators to see, beside the digest and in the log."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recommendations.models import Bounce, Delivery, Subscription
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(dave):
    mine = Subscription.objects.create(person=dave, created_at=NOW)
    row = Delivery.objects.create(
        subscription=mine, period_start=NOW, period_end=NOW.replace(day=25), planned_at=NOW, due_at=NOW, state="sent"
    )
    for number, (kind, said) in enumerate([("hard", "550 <b>nobody</b>"), ("complaint", "abuse")]):
        Bounce.objects.create(
            delivery=row, kind=kind, status="5.1.1", diagnostic=said, sha256=f"{number:064}", recorded_at=NOW
        )
    return row


def test_administrators_see_what_came_back(client, erin, returned):
    client.force_login(erin)
    for path in ("log/", f"{returned.uuid}/"):
        page = client.get(f"/digests/{path}").content.decode()
        assert page.index("Reported as unwanted") < page.index("Cannot be delivered"), path
        assert "550 &lt;b&gt;nobody&lt;/b&gt;" in page
        assert "<code>5.1.1</code>" in page
        assert (f'<a href="/digests/{returned.uuid}/">' in page) == (path == "log/")


def test_nobody_else_does(client, dave, returned):
    client.force_login(dave)
    page = client.get(f"/digests/{returned.uuid}/")
    assert page.status_code == 200
    assert "5.1.1" not in page.content.decode()


def test_what_many_digests_brought_back_is_one_question(client, erin, returned):
    client.force_login(erin)
    client.get("/digests/log/")
    counts = []
    for more in range(2):
        Bounce.objects.create(delivery=returned, kind="soft", sha256=f"{more + 9:064}", recorded_at=NOW)
        with CaptureQueriesContext(connection) as asked:
            client.get("/digests/log/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
