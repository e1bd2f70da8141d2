"""The first page: what the register is about, and where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the register at a glance."""
    return render(request, "recommendations/overview/overview.html")


urlpatterns = [path("", overview, name="overview")]
