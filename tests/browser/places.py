"""Every page of the register that has something to show: by a name, where it is, and who goes there."""

from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone

from recommendations.digests import links
from recommendations.models import Assessment, Assignment, Evidence, Indicator, Milestone, Passage, Person, Subscription

PUBLIC = {
    "overview": "/",
    "recommendations": "/recommendations/",
    "recommendations-filtered": "/recommendations/?status=partly&status=reversed&q=program",
    "recommendations-stalled": "/recommendations/?stalled=false",
    "recommendations-none": "/recommendations/?q=nothingofthekind",
    "recommendations-misspelt": "/recommendations/?q=interregoinal",
    "recommendations-found": "/recommendations/?q=fund OR program",
    "recommendations-columns": "/recommendations/?columns=priority,instrument,theme,source,response,updated",
    "recommendations-unknown": "/recommendations/?theme=nowhere",
    "board": "/recommendations/?view=board",
    "timeline": "/recommendations/?view=timeline",
    "timeline-themes": "/recommendations/?view=timeline&group=theme",
    "keys": "/keys/",
    "recommendation": "/recommendations/RB-03/",
    "recommendation-reversed": "/recommendations/RB-07/",
    "recommendation-context": "/recommendations/RB-04/",
    "sources": "/sources/",
    "source": "/sources/sutyrin-2019/",
    "coverage": "/sources/sutyrin-2019/coverage/",
    "organizations": "/organizations/",
    "organization": "/organizations/demo-education-ministry/",
    "reports": "/reports/",
    "history": "/history/",
    "history-narrowed": "/history/?verb=assessed&organization=demo-education-ministry&since=2020-01-01",
    "history-none": "/history/?verb=withdrawn&until=2020-01-01",
    "overview-as-of": "/?as_of=2020-01-01",
    "recommendations-as-of": "/recommendations/?as_of=2020-01-01&status=partly",
    "changes": "/changes/",
    "changes-of-a-kind": "/changes/?kind=reviewed,evidence_added",
    "changes-none": "/changes/?since=1990-01-01&until=1990-01-02",
    "subscribe": "/digests/subscribe/",
    "sign-in": "/account/login/",
    "new-password": "/account/password/reset/",
    "new-password-late": "/account/password/reset/key/1-late/",
    "new-address-late": "/account/confirm-email/late/",
    "missing": "/recommendations/RB-99/",
}
OWN = {
    "owner": {
        "my": "/my/",
        "item-with-talk": "/recommendations/RB-03/",
        "comment": "/recommendations/RB-03/comment/",
        "board": "/recommendations/?view=board",
        "moved": "/recommendations/RB-06/assess/?value=partly",
        "bulk-report": "/batches/new/?verb=assess&reference=RB-06&reference=RB-05",
        "assess": "/recommendations/RB-03/assess/",
        "evidence": "/recommendations/RB-03/evidence/add/",
        "respond": "/recommendations/RB-03/respond/",
        "milestone": "/recommendations/RB-03/milestones/add/",
        "account": "/account/",
        "tokens": "/account/tokens/",
        "password": "/account/password/change/",
        "second-factor": "/account/2fa/",
        "second-factor-app": "/account/2fa/totp/activate/",
        "passkeys": "/account/2fa/webauthn/",
        "passkey-add": "/account/2fa/webauthn/add/",
        "password-again": "/account/reauthenticate/",
        "e-mail": "/account/email/",
        "sessions": "/account/sessions/",
        "sign-out": "/account/logout/",
        "addresses": "/account/email/",
        "who-are-you": "/account/reauthenticate/",
    },
    "reviewer": {"my": "/my/", "review": "/recommendations/RB-03/assess/?kind=review"},
    "steward": {
        "assign": "/recommendations/RB-05/assign/",
        "recommendation": "/recommendations/RB-03/",
        "register": "/recommendations/new/",
        "amend": "/recommendations/RB-05/amend/",
        "import": "/import/",
        "publish": "/reports/new/",
        "withdraw": "/recommendations/RB-05/withdraw/",
        "split": "/recommendations/RB-05/split/",
        "merge": "/recommendations/RB-05/merge/?q=fund",
        "recommendation-followed": "/recommendations/RB-02/",
        "respond-again": "/recommendations/RB-02/respond/",
        "indicator": "/recommendations/RB-04/indicators/add/",
        "track-choose": "/sources/sutyrin-2019/track/?paragraph=22",
        "track": "/sources/sutyrin-2019/track/?snapshot=1&start=0&end=40",
        "track-add": "/sources/sutyrin-2019/track/add/?snapshot=1&start=0&end=40",
        "bulk-amend": "/batches/new/?verb=amend&reference=RB-03&reference=RB-99",
        "bulk-assign": "/batches/new/?verb=assign&reference=RB-01",
        "bulk-withdraw": "/batches/new/?verb=withdraw&reference=RB-01",
    },
    "reader": {
        "my": "/my/",
        "list": "/recommendations/?follower=me",
        "board": "/recommendations/?view=board",
        "saved-views": "/account/saved-views/",
        "calendars": "/account/calendars/",
        "bulk-follow": "/batches/new/?verb=follow&all=1&listed=RB-01&listed=RB-02",
        "batches": "/batches/",
        "digests": "/digests/",
        "digest-preview": "/digests/preview/",
    },
    "administrator": {
        "digest-log": "/digests/log/",
        "digest-log-filtered": "/digests/log/?state=skipped_late",
        "suppressed": "/digests/suppressed/",
    },
}
ADMINISTRATION = (
    "/admin/",
    "/admin/recommendations/event/",
    "/admin/recommendations/person/add/",
)  # as Django draws it


def places(who):
    """Return all places of somebody, with those whose addresses the demonstration makes."""
    return {**(OWN[who] if who else PUBLIC), **made(who)}


def made(who):
    if not who:
        now = timezone.now()
        wish = Subscription.objects.get_or_create(
            email="visitor@example.org", defaults={"time_zone": "UTC", "created_at": now}
        )[0]
        return {"never": urlsplit(links.never(wish)).path}
    if who == "reviewer":
        mine = {"added_by__email": "reviewer@demo.example"}
        piece = Evidence.objects.filter(**mine).first() or Evidence.objects.earliest("id")
        rating = Assessment.objects.filter(author__email="reviewer@demo.example").earliest("id")
        return {
            "piece": reverse("evidence", args=[piece.uuid]),
            "correct-piece": reverse("evidence_amend", args=[piece.uuid]),
            "retract-piece": reverse("evidence_retract", args=[piece.uuid]),
            "retract-rating": reverse("assessment_retract", args=[rating.uuid]),
        }
    if who == "steward":
        indicator = Indicator.objects.filter(recommendations__reference="RB-04").earliest("id")
        step = Milestone.objects.filter(done_on=None).earliest("id")
        return {
            **{
                f"milestone-{verb}": reverse(f"milestone_{verb}", args=[step.uuid])
                for verb in ("amend", "finish", "cancel")
            },
            "indicator-amend": reverse("indicator_amend", args=["RB-04", indicator.uuid]),
            "indicator-observe": reverse("indicator_observe", args=["RB-04", indicator.uuid]),
            "release": reverse("release", args=[Assignment.objects.filter(until=None).earliest("id").uuid]),
            "passage-remove": reverse("passage_remove", args=[Passage.objects.earliest("id").uuid]),
        }
    if who == "owner":
        wish = Subscription.objects.filter(person=Person.objects.get(email="owner@demo.example")).earliest("id")
        return {"subscription": reverse("subscription", args=[wish.uuid])}
    return {}
