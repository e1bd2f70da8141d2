"""Figures for Prometheus: for administrators, and for a scraper on this machine when no proxy stands before us."""

from ipaddress import ip_address

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView


def _on_this_machine(request: HttpRequest) -> bool:
    """Behind a proxy every visitor seems to come from this machine, so then nobody does."""
    if settings.ENV.proxies or "X-Forwarded-For" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:  # a socket has no address
        return False


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures; for others there is nothing at this address."""
    if not (_on_this_machine(request) or request.user.has_perm("relations.metrics")):
        raise Http404
    for path in settings.FIGURES:
        import_string(path)()
    answer: HttpResponse = ExportToDjangoView(request)
    return answer
