"""Every page of the register that has something to show: by a name, where it is, and who goes there."""

PUBLIC = {
    "overview": "/",
    "recommendations": "/recommendations/",
    "recommendations-filtered": "/recommendations/?status=partly&status=reversed&q=program",
    "recommendations-stalled": "/recommendations/?stalled=false",
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
        "assess": "/recommendations/RB-03/assess/",
        "evidence": "/recommendations/RB-03/evidence/add/",
        "respond": "/recommendations/RB-03/respond/",
        "milestone": "/recommendations/RB-03/milestones/add/",
        "account": "/account/",
        "tokens": "/account/tokens/",
        "password": "/account/password/change/",
        "second-factor": "/account/2fa/",
    },
    "reviewer": {"my": "/my/", "review": "/recommendations/RB-03/assess/?kind=review"},
    "reader": {"digests": "/digests/", "digest-preview": "/digests/preview/"},
    "steward": {
        "assign": "/recommendations/RB-05/assign/",
        "recommendation": "/recommendations/RB-03/",
        "recommendation-followed": "/recommendations/RB-02/",
        "respond-again": "/recommendations/RB-02/respond/",
        "indicator": "/recommendations/RB-04/indicators/add/",
    },
}
