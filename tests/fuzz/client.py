"""Uses the code that a generator made of the document: lists, filters, pages, reads, updates. Runs in .venv-fuzz.

From the environment: GENERATED (the folder in which the code is), ADDRESS, TOKEN.
"""

import datetime as dt
import os
import sys

sys.path.insert(0, os.environ["GENERATED"])

from relations_client import AuthenticatedClient, Client, models
from relations_client.api.assessments import (
    get_recommendations_reference_assessments,
    post_recommendations_reference_assessments,
)
from relations_client.api.events import get_events
from relations_client.api.evidence import post_recommendations_reference_evidence
from relations_client.api.organizations import get_organizations
from relations_client.api.recommendations import (
    get_recommendations,
    get_recommendations_reference,
    patch_recommendations_reference,
)
from relations_client.api.snapshots import post_sources_slug_snapshots
from relations_client.api.statistics import get_statistics

DAY = dt.date(2026, 3, 1)
STRANGER = Client(base_url=os.environ["ADDRESS"])
STEWARD = AuthenticatedClient(base_url=os.environ["ADDRESS"], token=os.environ["TOKEN"])


def lists():
    """Go through all pages of a list by its cursors; strangers see less."""
    found, address = [], None
    while True:
        page = get_recommendations.sync(client=STEWARD, page_size=3, **({"cursor": address} if address else {}))
        found += [row.reference for row in page.results]
        if page.next_ is None:
            break
        address = page.next_.partition("cursor=")[2].partition("&")[0]
    assert len(found) == len(set(found)) > 9, found
    assert "RB-90" in found
    public = get_recommendations.sync(client=STRANGER, count=models.GetRecommendationsCount.EXACT)
    assert public.count < len(found)
    assert "RB-90" not in [row.reference for row in public.results]


def filters():
    """Narrow a list, trim its rows, look back."""
    item = models.GetRecommendationsStatusItem
    wanted = [item.PARTLY, item.IMPLEMENTED]
    rows = get_recommendations.sync(client=STEWARD, status=wanted).results
    assert rows, "nothing is partly or fully implemented"
    assert {row.status.value for row in rows} <= {"partly", "implemented"}
    fields = [models.GetRecommendationsFieldsItem.REFERENCE]
    trimmed = get_recommendations.sync(client=STRANGER, fields=fields).results
    assert [set(row.to_dict()) for row in trimmed] == [{"reference"}] * len(trimmed)
    assert get_recommendations.sync(client=STRANGER, as_of=dt.date(2001, 1, 1)).results == []
    assert get_organizations.sync(client=STRANGER).results
    assert get_events.sync(client=STRANGER, page_size=5).results
    assert get_statistics.sync(client=STRANGER) is not None


def updates():
    """Attach evidence, cite it in a status update, amend with the tag of what was read; twice under one key is once."""
    body = models.PostRecommendationsReferenceEvidenceBody
    draft = body.from_dict({"title": "Decree 9", "link": "https://example.org/9", "dated_on": str(DAY), "kind": "primary"})  # fmt: skip
    piece = post_recommendations_reference_evidence.sync(client=STEWARD, reference="RB-10", body=draft)
    said = models.PostRecommendationsReferenceAssessmentsBody.from_dict(
        {"kind": "review", "value": "in_preparation", "as_of": str(DAY), "narrative": "Begun.", "evidence": [str(piece.id)]}
    )  # fmt: skip
    told = {"client": STEWARD, "reference": "RB-10", "body": said, "idempotency_key": "client-1"}
    made = [post_recommendations_reference_assessments.sync(**told) for _ in range(2)]
    assert made[0].id == made[1].id
    assert [cited.id for cited in made[0].evidence] == [piece.id]
    shown = get_recommendations_reference_assessments.sync(client=STEWARD, reference="RB-10").results
    assert [one.id for one in shown].count(made[0].id) == 1
    tag = get_recommendations_reference.sync_detailed(client=STEWARD, reference="RB-10").headers["ETag"]
    change = models.PatchRecommendationsReferenceBody.from_dict({"priority": "high"})
    amended = patch_recommendations_reference.sync(client=STEWARD, reference="RB-10", body=change, if_match=tag)
    assert (amended.priority.value, amended.version) == ("high", int(tag.strip(chr(34)).partition(".")[0]) + 1)
    stale = patch_recommendations_reference.sync(client=STEWARD, reference="RB-10", body=change, if_match=tag)
    assert isinstance(stale, models.Problem412), stale
    assert stale.code.value == "stale"
    refused = patch_recommendations_reference.sync(client=STRANGER, reference="RB-10", body=change, if_match=tag)
    assert isinstance(refused, models.Problem401), refused
    assert callable(post_sources_slug_snapshots.sync)


if __name__ == "__main__":
    lists()
    filters()
    updates()
    print("The generated code lists, filters and updates.")
