"""What stands before the pages: the addresses that watch the bridge, and a look whether it runs.

/healthz, /readyz and /metrics are answered before any other layer, so that they work when the
database is down, whatever name the watcher calls the machine by, and without a log line every ten
seconds.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from orderflow_bridge.monitoring import views
from orderflow_bridge.monitoring.nothing_runs import raise_if_silent
from orderflow_bridge.restapi.problems import READING_VIEWS

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


class NothingRunsMiddleware:
    """Look whether anything runs before somebody reads the problems: on every page of the admin,
    and by REST.

    A guest is told nothing, and costs nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Raise the problem, if there is one."""
        if request.user.is_authenticated and request.path.startswith(reverse("admin:index")):
            raise_if_silent(begun=request.user.date_joined)
        elif getattr(view, "cls", None) in READING_VIEWS and "Authorization" in request.headers:
            raise_if_silent()
