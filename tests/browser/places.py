"""Every page of the register that has something to show: by a name, where it is, and who goes there."""

PUBLIC = {
    "overview": "/",
    "recommendations": "/recommendations/",
    "recommendations-filtered": "/recommendations/?status=partly&status=reversed&q=program",
    "recommendations-none": "/recommendations/?q=nothingofthekind",
    "recommendation": "/recommendations/RB-03/",
    "recommendation-reversed": "/recommendations/RB-07/",
    "recommendation-context": "/recommendations/RB-04/",
    "sources": "/sources/",
    "source": "/sources/sutyrin-2019/",
    "organizations": "/organizations/",
    "organization": "/organizations/demo-education-ministry/",
    "history": "/history/",
    "sign-in": "/account/login/",
    "new-password": "/account/password/reset/",
    "missing": "/recommendations/RB-99/",
}
OWN = {
    "owner": {
        "my": "/my/",
        "item-with-talk": "/recommendations/RB-03/",
        "comment": "/recommendations/RB-03/comment/",
        "bulk-report": "/batches/new/?verb=assess&reference=RB-03&reference=RB-05",
        "assess": "/recommendations/RB-03/assess/",
        "evidence": "/recommendations/RB-03/evidence/add/",
        "account": "/account/",
        "tokens": "/account/tokens/",
        "password": "/account/password/change/",
        "second-factor": "/account/2fa/",
    },
    "reviewer": {"my": "/my/", "review": "/recommendations/RB-03/assess/?kind=review"},
    "reader": {
        "my": "/my/",
        "list": "/recommendations/?follower=me",
        "bulk-follow": "/batches/new/?verb=follow&all=1&listed=RB-01&listed=RB-02",
        "batches": "/batches/",
        "digests": "/digests/",
        "digest-preview": "/digests/preview/",
    },
    "steward": {
        "assign": "/recommendations/RB-05/assign/",
        "recommendation": "/recommendations/RB-03/",
        "bulk-amend": "/batches/new/?verb=amend&reference=RB-03&reference=RB-99",
        "bulk-assign": "/batches/new/?verb=assign&reference=RB-01",
    },
}
