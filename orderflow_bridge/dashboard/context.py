"""What every page of the admin shows besides its own: found only if the page asks for it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orderflow_bridge.dashboard.notices import failure_notices


def notices(request: HttpRequest) -> dict[str, Any]:
    """Offer the failure bar to the templates."""
    return {"bridge_notices": SimpleLazyObject(lambda: _notices(request))}


def _notices(request: HttpRequest) -> list[Any]:
    is_staff = hasattr(request, "user") and request.user.is_active and request.user.is_staff
    return failure_notices(request) if is_staff else []
