"""Where addresses lead. The app has its own list; here are the doors of others."""

from allauth.account.decorators import secure_admin_login
from allauth.mfa.totp.views import activate_totp
from csp.decorators import csp_update
from django.contrib import admin
from django.urls import include, path

from relations import health, metrics

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
    # The only image that is not a file of ours: the code that an authenticator reads, drawn for this one answer.
    path("account/2fa/totp/activate/", csp_update({"img-src": ["data:"]})(activate_totp)),
    path("account/", include("allauth.urls")),
]
