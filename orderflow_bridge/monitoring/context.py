"""What every page of the admin shows besides its own: found only if the page asks for it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.monitoring.facts import facts_of
from orderflow_bridge.monitoring.warnings import warnings
from orderflow_bridge.problems.lines import Lines, worst_lines

# So many lines do not push the page itself out of sight.
LINES = 3


def notices(request: HttpRequest) -> dict[str, Any]:
    """Offer the failure bar, and a section's warnings, to the templates."""
    return {
        "failure_bar": SimpleLazyObject(lambda: _failure_bar(request)),
        "bridge_warnings": SimpleLazyObject(
            lambda: warnings(facts_of(request), _sections(request))
        ),
    }


def _failure_bar(request: HttpRequest) -> Lines | None:
    """Return the worst problems that the user may see; nothing is asked for a guest."""
    is_staff = hasattr(request, "user") and request.user.is_active and request.user.is_staff
    return worst_lines(request.user, most=LINES) if is_staff else None


def _sections(request: HttpRequest) -> list[type[Section]]:
    """Return the section whose page is shown."""
    place = request.path.rstrip("/").split("/")
    return [section for section in SECTIONS if section.model_name in place]
