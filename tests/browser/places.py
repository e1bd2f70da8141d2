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
    "coverage": "/sources/sutyrin-2019/coverage/",
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
        "track-choose": "/sources/sutyrin-2019/track/?paragraph=22",
        "track": "/sources/sutyrin-2019/track/?snapshot=1&start=0&end=40",
        "track-add": "/sources/sutyrin-2019/track/add/?snapshot=1&start=0&end=40",
    },
}
