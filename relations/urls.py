"""Where addresses lead. The app has its own list; here are the doors of others."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from relations import health, metrics

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler404 = "relations.problems.not_found"
handler500 = "relations.problems.server_error"

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("recommendations.urls")),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
]
