"""When a username is locked after failed sign-ins (wire.md §5). axes counts; these are our rules.

The settings AXES_* name these functions.
"""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from orderflow_bridge.configuration.selectors import web_services


def failure_limit(request: HttpRequest | None, credentials: dict[str, Any] | None) -> int:
    """Return how many failures in a row lock a username."""
    return web_services().max_failures


def cooloff_time(request: HttpRequest | None = None) -> timedelta:
    """Return how long after its last failure a username stays locked."""
    return timedelta(seconds=web_services().lockout_seconds)


def client_address(request: HttpRequest) -> str | None:
    """Return the caller's address as the server saw it; a header could claim any other."""
    return request.META.get("REMOTE_ADDR") or None


def locked_out_response(
    request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Keep the answer of the door: a lockout must look like a wrong password."""
    return response
