"""What stands before the pages: the addresses that watch the bridge, and a look whether it runs.

/healthz, /readyz and /metrics are safe to call as often as one likes. They are answered before any
other layer, so that they work when the database is down, whatever name the watcher calls the
machine by, and without a log line every ten seconds.
"""

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from prometheus_client import CONTENT_TYPE_LATEST

from orderflow_bridge.monitoring.metrics import render_metrics
from orderflow_bridge.monitoring.nothing_runs import raise_if_silent
from orderflow_bridge.monitoring.readiness import readiness
from orderflow_bridge.monitoring.selectors import answered_within
from orderflow_bridge.restapi.problems import READING_VIEWS
from orderflow_bridge.version import full_version

STARTED = time.monotonic()
# Scrapes that wait for a lock would hold one thread after the other.
LONGEST_SCRAPE_SECONDS = 5


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is up, and which. A restart would not mend a database: none is asked."""
    return _text(f"ok {full_version()}")


def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the bridge is at work: 200, or 503 with the reasons."""
    found = readiness(up_for=timedelta(seconds=time.monotonic() - STARTED))
    return JsonResponse(found.as_dict(), status=200 if found.is_ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Print the figures for Prometheus; with BRIDGE_METRICS_TOKEN only to its bearer."""
    expected = f"Bearer {settings.BRIDGE_METRICS_TOKEN}"
    given = request.headers.get("Authorization", "")
    if settings.BRIDGE_METRICS_TOKEN and not secrets.compare_digest(
        given.encode(), expected.encode()
    ):
        return _text("A valid bearer token is needed.", status=401)
    try:
        with answered_within(LONGEST_SCRAPE_SECONDS):
            return HttpResponse(render_metrics(), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError:
        return _text("The database cannot be reached.", status=503)


def _text(sentence: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=status, content_type="text/plain")


PAGES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}


class HealthMiddleware:
    """Answer the health addresses; pass everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        page = PAGES.get(request.path_info)
        if page is None:
            return self.get_response(request)
        answer = page(request)
        answer._has_been_logged = True  # type: ignore[attr-defined]  # what Django asks
        return answer


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
        """Raise the problem, if there is one; a page can be read where nothing can be stored."""
        with suppress(DatabaseError):
            self._look(request, view)

    def _look(self, request: HttpRequest, view: Any) -> None:
        if request.user.is_authenticated and request.path.startswith(reverse("admin:index")):
            raise_if_silent(begun=request.user.date_joined)
        elif getattr(view, "cls", None) in READING_VIEWS and "Authorization" in request.headers:
            raise_if_silent()
