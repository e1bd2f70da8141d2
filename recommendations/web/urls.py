"""The addresses of pages: each concept brings its own."""

from recommendations.web import digest, overview, source, subscription

urlpatterns = [
    *overview.urlpatterns,
    *source.urlpatterns,
    *subscription.urlpatterns,
    *digest.urlpatterns,
]
