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
    "overview-as-of": "/?as_of=2020-01-01",
    "recommendations-as-of": "/recommendations/?as_of=2020-01-01&status=partly",
    "changes": "/changes/",
    "changes-of-a-kind": "/changes/?kind=reviewed,evidence_added",
    "changes-none": "/changes/?since=1990-01-01&until=1990-01-02",
    "sign-in": "/account/login/",
    "new-password": "/account/password/reset/",
    "missing": "/recommendations/RB-99/",
}
OWN = {
    "owner": {
        "my": "/my/",
        "assess": "/recommendations/RB-03/assess/",
        "evidence": "/recommendations/RB-03/evidence/add/",
        "account": "/account/",
        "tokens": "/account/tokens/",
        "password": "/account/password/change/",
        "second-factor": "/account/2fa/",
    },
    "reviewer": {"my": "/my/", "review": "/recommendations/RB-03/assess/?kind=review"},
    "reader": {"digests": "/digests/", "digest-preview": "/digests/preview/"},
    "steward": {"assign": "/recommendations/RB-05/assign/", "recommendation": "/recommendations/RB-03/"},
}
