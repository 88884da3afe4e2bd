"""What a room adds to the list and page of another room's model.

A model has one admin class, in its own room. The rooms above add columns, sections, actions and so
on here, from their admin modules, and that class shows them: nothing is registered anew.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase

from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.grids.filters import Filter
from orderflow_bridge.console.pages import Button, Section

FIRST = ""
_Any = TypeVar("_Any")


class MassAction(Protocol):
    """A function that acts on the selected rows of a list, the right it takes, and when."""

    right: str
    is_offered: Callable[[], bool]

    def __call__(
        self, model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponseBase | None:
        """Act, or return a page that asks first."""


@dataclass(frozen=True)
class RecordView:
    """A page of a record beside its usual one, below its address; `right` is what it takes.

    `view` is called with the record's admin, the request and the record.
    """

    slug: str
    view: Callable[[Any, HttpRequest, Any], HttpResponseBase]
    right: str


@dataclass(frozen=True)
class PageParts:
    """Parts of a model's list and page.

    `columns`, by name, are functions of a row, as Django's `list_display` takes them; what they
    read along is named in `prefetch`. `filters` and mass `actions` (see `mass_action`) are the
    list's. `sections`, `buttons` and `record_actions` are the page's; those named in
    `row_record_actions` are links in the list too. A section or button that is None is left out.
    `inlines` are tabs of a form, `views` further pages of a record.
    `add` is the page that makes a new record, in place of a form; its view gets None as the record.
    `notices` return, for a page by its name ("change" for example), values for its template. That
    of "list" is asked without a record, and its "note" stands above the rows.

    `places` says behind which part another one stands (by column, action, or slug; an inline by its
    class), FIRST for the front, where it also stands if its reader does not see the other. A part
    without a place stands behind all that were there before.
    """

    columns: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    prefetch: Sequence[str] = ()
    filters: Sequence[Filter] = ()
    actions: Sequence[MassAction] = ()
    sections: Sequence[Callable[[HttpRequest, Any], Section | None]] = ()
    buttons: Sequence[Callable[[HttpRequest, Any], Button | None]] = ()
    record_actions: Sequence[RecordAction] = ()
    row_record_actions: Sequence[str] = ()
    inlines: Sequence[type] = ()
    views: Sequence[RecordView] = ()
    add: RecordView | None = None
    notices: Mapping[str, Callable[[HttpRequest, Any], Mapping[str, Any]]] = field(
        default_factory=dict
    )
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def actions_on_offer(self) -> list[MassAction]:
        """The mass actions that are offered now."""
        return [each for each in self.actions if each.is_offered()]


_added: dict[type[Model], list[PageParts]] = {}


def add_parts(model: type[Model], parts: PageParts) -> None:
    """Add parts to a model's list and page. To be called while the admin modules are loaded."""
    _added.setdefault(model, []).append(parts)


def parts_of(model: type[Model]) -> Sequence[PageParts]:
    """Return what was added to a model, in the order of the rooms."""
    return _added.get(model, ())


def arranged(
    own: Iterable[_Any],
    added: Iterable[tuple[PageParts, Iterable[_Any]]],
    name: Callable[[_Any], str] = str,
) -> list[_Any]:
    """Return a page's own things and those added, each in its place, found by its `name`."""
    found = list(own)
    for parts, things in added:
        for thing in things:
            place = parts.places.get(name(thing))
            if place is None:
                found.append(thing)
                continue
            names = [FIRST, *map(name, found)]
            found.insert(names.index(place) if place in names else 0, thing)
    return found


def mass_action(
    title: str, *, right: str, is_offered: Callable[[], bool] = lambda: True
) -> Callable[[Callable[..., Any]], MassAction]:
    """Mark a function (model_admin, request, queryset) as a list's action that takes a right.

    It is on the list only while `is_offered`.
    """

    def mark(function: Callable[..., Any]) -> MassAction:
        marked: Any = function
        marked.short_description, marked.right, marked.is_offered = title, right, is_offered
        return cast(MassAction, marked)

    return mark
