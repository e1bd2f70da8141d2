"""The addresses of pages: each concept brings its own."""

from recommendations.web import overview

urlpatterns = [
    *overview.urlpatterns,
]
