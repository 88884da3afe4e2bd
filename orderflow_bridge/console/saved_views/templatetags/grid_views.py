"""The menu of saved views above a list."""

from typing import Any

from django import template
from django.urls import reverse

from orderflow_bridge.console.grids.address import USUAL, VIEW, query_of, state_of

register = template.Library()


@register.inclusion_tag("bridge/grid/views.html", takes_context=True)
def saved_views(context: dict[str, Any], grid: Any) -> dict[str, Any]:
    """Show a user's views of a list: the one that is open, the others, and what to do with them."""
    request = context["request"]
    found = grid.views
    asked = request.GET.get(VIEW, "")
    active = next((view for view in found if str(view.pk) == asked), None)
    return {
        "active": active,
        "is_changed": active is not None and active.state != state_of(grid.state),
        "views": [(view, query_of(view.state, view.pk)) for view in found],
        "usual_url": USUAL,
        "grid": grid.grid_name,
        "query": grid.state,
        "save_url": reverse("grid_views:save"),
        "csrf_token": context.get("csrf_token"),
    }
