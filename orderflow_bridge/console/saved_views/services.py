"""Saved views of lists: which a user has; save, change and forget them."""

from typing import Any

from django.db import transaction

from orderflow_bridge.console.grids.address import query_of
from orderflow_bridge.console.saved_views.models import SavedView

MOST_VIEWS = 30


class TooManyViews(ValueError):
    """A user has as many views of a list as its menu can hold."""


def save_view(
    user_id: int, grid: str, name: str, state: dict[str, Any], *, is_default: bool
) -> SavedView:
    """Save a view under a name; one of the same name is replaced. Raises TooManyViews."""
    with transaction.atomic():
        others = SavedView.objects.filter(user=user_id, grid=grid).exclude(name=name)
        if others.count() >= MOST_VIEWS:
            raise TooManyViews(f"A list keeps at most {MOST_VIEWS} views. Delete one first.")
        if is_default:
            others.filter(is_default=True).update(is_default=False)
        view, _ = SavedView.objects.update_or_create(
            user_id=user_id,
            grid=grid,
            name=name,
            defaults={"state": state, "is_default": is_default},
        )
    return view


def make_default(view: SavedView, *, is_default: bool) -> None:
    """Let a list open with a view, or with the usual one again."""
    with transaction.atomic():
        SavedView.objects.filter(user=view.user_id, grid=view.grid, is_default=True).update(
            is_default=False
        )
        SavedView.objects.filter(pk=view.pk).update(is_default=is_default)


def forget_view(view: SavedView) -> None:
    """Delete a view."""
    view.delete()


def views_of(user_id: int, grid: str) -> list[SavedView]:
    """Return a user's views of a list by name."""
    return list(SavedView.objects.filter(user=user_id, grid=grid))


def default_query(user_id: int, grid: str) -> str:
    """Return the address of the view that a list opens with, "" if it has none."""
    found = SavedView.objects.filter(user=user_id, grid=grid, is_default=True).first()
    return query_of(found.state, found.pk) if found else ""
