"""The addresses of pages: each concept brings its own."""

from recommendations.web import overview, source

urlpatterns = [
    *overview.urlpatterns,
    *source.urlpatterns,
]
