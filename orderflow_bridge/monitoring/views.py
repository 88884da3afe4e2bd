"""The pages behind /healthz, /readyz and /metrics. All are safe to call as often as one likes."""

import secrets
import time
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from orderflow_bridge.monitoring.metrics import render_metrics
from orderflow_bridge.monitoring.readiness import readiness

STARTED = time.monotonic()


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process is up. It asks nobody: a restart would not mend a broken database."""
    return _text("ok")


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
        return HttpResponse(render_metrics(), content_type=CONTENT_TYPE_LATEST)
    except DatabaseError:
        return _text("The database cannot be reached.", status=503)


def _text(sentence: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=status, content_type="text/plain")
