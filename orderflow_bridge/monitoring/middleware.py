"""The three addresses that watch the bridge: /healthz, /readyz, /metrics.

They are answered before any other layer, so that they work when the database is down, whatever name
the watcher calls the machine by, and without a log line every ten seconds.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from orderflow_bridge.monitoring import views

PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": views.healthz,
    "/readyz": views.readyz,
    "/metrics": views.metrics,
}


class HealthMiddleware:
    """Answer the health addresses; pass everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = PAGES.get(request.path_info, self.get_response)
        return page(request)
