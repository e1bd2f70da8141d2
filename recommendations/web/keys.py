"""The page that lists the keys; where scripts run, the same is a dialog on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """List the keys."""
    return render(request, "keys/keys.html")


urlpatterns = [path("keys/", keys, name="keys")]
