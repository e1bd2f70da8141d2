"""The addresses of the app; they are promises."""

from django.urls import include, path

from recommendations.web import outbox, setup

urlpatterns = [
    path("", include("recommendations.web.urls")),
    path("setup/<str:token>/", setup.setup, name="setup"),
    path("admin/outbox/", outbox.messages, name="outbox"),
    path("admin/outbox/<str:name>/", outbox.message, name="outbox_message"),
    path("admin/outbox/<str:name>/html", outbox.html, name="outbox_html"),
]
