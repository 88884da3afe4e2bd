"""Which views a user has of a list."""

from orderflow_bridge.console.saved_views.models import SavedView
from orderflow_bridge.console.saved_views.state import query_of


def views_of(user_id: int, grid: str) -> list[SavedView]:
    """Return a user's views of a list by name."""
    return list(SavedView.objects.filter(user=user_id, grid=grid))


def default_query(user_id: int, grid: str) -> str:
    """Return the address of the view that a list opens with, "" if it has none."""
    found = SavedView.objects.filter(user=user_id, grid=grid, is_default=True).first()
    return query_of(found.state, found.pk) if found else ""
