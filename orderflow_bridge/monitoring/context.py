"""What every page of the admin shows besides its own: found only if the page asks for it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.monitoring.facts import facts_of
from orderflow_bridge.monitoring.notices import failure_notices
from orderflow_bridge.monitoring.warnings import warnings


def notices(request: HttpRequest) -> dict[str, Any]:
    """Offer the failure bar, and a section's warnings, to the templates."""
    return {
        "bridge_notices": SimpleLazyObject(lambda: _notices(request)),
        "bridge_warnings": SimpleLazyObject(
            lambda: warnings(facts_of(request), _sections(request))
        ),
    }


def _notices(request: HttpRequest) -> list[Any]:
    is_staff = hasattr(request, "user") and request.user.is_active and request.user.is_staff
    return failure_notices(request) if is_staff else []


def _warnings(request: HttpRequest) -> list[Any]:
    return warnings(facts_of(request), _sections(request))


def _sections(request: HttpRequest) -> list[type[Section]]:
    """Return the section whose page is shown."""
    place = request.path.rstrip("/").split("/")
    return [section for section in SECTIONS if section.model_name in place]
