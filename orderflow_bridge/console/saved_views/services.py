"""Saved views of lists: which a user has; save, change and forget them."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from orderflow_bridge.console.grids.address import USUAL_VIEW, VIEW, is_usual, query_of
from orderflow_bridge.console.saved_views.models import SavedView

MOST_VIEWS = 30
LAST = ""
"""The name of the view that is no saved one: how a user left a list (Magento's "current")."""


class TooManyViews(ValueError):
    """A user has as many views of a list as its menu can hold."""


def save_view(
    user_id: int, grid: str, name: str, state: dict[str, Any], *, is_default: bool
) -> SavedView:
    """Save a view under a name; one of the same name is replaced. Raises TooManyViews."""
    with transaction.atomic():
        others = SavedView.objects.filter(user=user_id, grid=grid).exclude(name__in=(name, LAST))
        if others.count() >= MOST_VIEWS:
            text = _("A list keeps at most %(number)s views. Delete one first.")
            raise TooManyViews(text % {"number": MOST_VIEWS})
        if is_default:
            others.filter(is_default=True).update(is_default=False)
        view, _is_new = SavedView.objects.update_or_create(
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


def views_of(user_id: int, grid: str) -> tuple[list[SavedView], SavedView | None]:
    """Return a user's views of a list by name, and how it was left."""
    found = list(SavedView.objects.filter(user=user_id, grid=grid))
    last = next((view for view in found if view.name == LAST), None)
    return [view for view in found if view.name != LAST], last


def remember(user_id: int, grid: str, state: dict[str, Any], last: SavedView | None) -> None:
    """Write down how a user leaves a list, if that is news. `last` is how it was left before."""
    if state == (last.state if last else {}) or (last is None and is_usual(state)):
        return
    SavedView.objects.update_or_create(
        user_id=user_id, grid=grid, name=LAST, defaults={"state": state}
    )


def opening_query(user_id: int, grid: str) -> str:
    """Return the address that a list opens with: its default view, else as it was left, else ""."""
    views = SavedView.objects.filter(user=user_id, grid=grid)
    found = views.filter(Q(is_default=True) | Q(name=LAST)).order_by("-is_default").first()
    if found is None or (found.name == LAST and is_usual(found.state)):
        return ""
    return query_of(
        found.state, found.state.get(VIEW, USUAL_VIEW) if found.name == LAST else found.pk
    )
