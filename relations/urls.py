"""Where addresses lead. The app has its own list; here are the doors of others."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import set_language

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
    # Without a CSRF token, so that pages for strangers need no cookie. The worst a foreign page can do is change a language.
    path("i18n/setlang/", csrf_exempt(set_language), name="set_language"),
]
