"""The addresses of pages: each concept brings its own."""

from recommendations.web import (
    digest,
    history,
    listing,
    organization,
    overview,
    recommendation,
    source,
    subscription,
)

urlpatterns = [
    *overview.urlpatterns,
    *listing.urlpatterns,
    *recommendation.urlpatterns,
    *source.urlpatterns,
    *organization.urlpatterns,
    *history.urlpatterns,
    *subscription.urlpatterns,
    *digest.urlpatterns,
]
