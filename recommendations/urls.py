"""The addresses of the app; they are promises."""

from django.urls import include, path

from recommendations.api import calendar_file
from recommendations.web import language, outbox, setup

urlpatterns = [
    path("api/v1/", include("recommendations.api.urls")),
    path("", include("recommendations.web.urls")),
    path("calendar/<str:secret>.ics", calendar_file.calendar_file, name="calendar_file"),
    path("i18n/setlang/", language.choose_language, name="set_language"),
    path("setup/<str:token>/", setup.setup, name="setup"),
    path("admin/outbox/", outbox.messages, name="outbox"),
    path("admin/outbox/<str:name>/", outbox.message, name="outbox_message"),
    path("admin/outbox/<str:name>/html", outbox.html, name="outbox_html"),
]
