"""Where addresses lead. The app has its own list; here are the doors of others."""

from functools import partial

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import Http404
from django.urls import include, path, re_path

from relations import health, metrics, problems

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "relations.problems.bad_request"
handler404 = "relations.problems.not_found"
handler500 = "relations.problems.server_error"

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("recommendations.urls")),
    path("admin/", admin.site.urls),
    # Nobody signs in by an account elsewhere: no provider is set up, and the pages about it would be empty.
    re_path("^account/(?:3rdparty|social)/", partial(problems.not_found, exception=Http404())),
    path("account/", include("allauth.urls")),
]
