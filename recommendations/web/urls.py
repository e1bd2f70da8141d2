"""The addresses of pages: each concept brings its own."""

from recommendations.web import (
    assignment,
    capture,
    digest,
    evidence,
    followup,
    history,
    listing,
    my,
    organization,
    overview,
    person,
    recommendation,
    source,
    subscription,
    token,
)

urlpatterns = [
    *overview.urlpatterns,
    *listing.urlpatterns,
    *recommendation.urlpatterns,
    *source.urlpatterns,
    *organization.urlpatterns,
    *history.urlpatterns,
    *followup.urlpatterns,
    *evidence.urlpatterns,
    *capture.urlpatterns,
    *assignment.urlpatterns,
    *my.urlpatterns,
    *person.urlpatterns,
    *token.urlpatterns,
    *subscription.urlpatterns,
    *digest.urlpatterns,
]
