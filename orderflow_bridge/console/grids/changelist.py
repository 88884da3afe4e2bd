"""The list page: Django's, with our address, columns, chips and pages."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.utils import label_for_field
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.text import smart_split
from django.utils.translation import gettext as _
from unfold.views import ChangeList

from orderflow_bridge.common.translation import gettext_lazy, titled
from orderflow_bridge.console.grids import address
from orderflow_bridge.console.grids.bound import BoundFilter
from orderflow_bridge.console.grids.columns import Column, RowAction, in_order
from orderflow_bridge.console.grids.long_lists import background_files, is_too_long
from orderflow_bridge.console.grids.paging import Pager, pager
from orderflow_bridge.console.naming import list_name

PAGE_SIZES = (20, 30, 50, 100, 200)
DENSITIES = (
    ("compact", gettext_lazy("Compact rows"), "density_small"),
    ("usual", gettext_lazy("Usual rows"), "density_medium"),
    ("roomy", gettext_lazy("Roomy rows"), "density_large"),
)
"""How high rows are: name, title, icon. The second one is the usual."""
DENSITY_COOKIE = "bridge_density"
CHECKBOX = "action_checkbox"
CHOICE = "choose"
"""A column in which rows can be chosen for an action of their page; it says nothing of them."""
_PHRASE = re.compile(r"""("(?:[^"\\]|\\.)+"|'(?:[^'\\]|\\.)+')""", re.DOTALL)


@dataclass(frozen=True)
class Chip:
    """One thing that narrows the list, and the address of the list without it."""

    text: str
    url: str


class Grid(ChangeList):
    """A list whose whole state is in its address."""

    pager: Pager
    densities = DENSITIES
    bare = address.USUAL
    views: Sequence[Any] = ()

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.title = list_name(self.opts, self.model_admin.list_title)
        self.is_filtered = bool(self.query or self.has_active_filters)
        self.note = self.model_admin.notices("list", request, None).get("note", "")
        self.empty = self.model_admin.empty_state(request)
        self.empty_help = SimpleLazyObject(lambda: self.model_admin.empty_help(request))
        self.grid_name = f"{self.opts.app_label}.{self.opts.model_name}"
        for row in self.result_list:
            actions = self.model_admin.row_actions(request, row)
            row.grid_actions = [self._knowing_the_list(one) for one in actions]

    @property
    def density(self) -> str:
        """How high the rows are in this browser."""
        wanted: str = self.request.COOKIES.get(DENSITY_COOKIE, "")
        return wanted if wanted in [name for name, _, _ in DENSITIES] else DENSITIES[1][0]

    @property
    def page_sizes(self) -> list[tuple[int, str]]:
        """The page sizes on offer, each with the address of this list in that size."""
        return [
            (size, self.address({address.PAGE_SIZE: str(size)}, drop=address.PLACE))
            for size in PAGE_SIZES
        ]

    @property
    def bound_filters(self) -> list[BoundFilter]:
        """Our own filters; a list of another package may have Django's."""
        return [spec for spec in self.filter_specs if isinstance(spec, BoundFilter)]

    @property
    def chips(self) -> list[Chip]:
        """Everything that narrows the list, each with the address that undoes it."""
        found = []
        if self.query:
            without = self.address({}, drop=(address.SEARCH, *address.PLACE))
            found.append(Chip(_("Search: %(text)s") % {"text": self.query}, without))
        for spec in self.bound_filters:
            for part in spec.parts:
                found.append(Chip(part.text, self._without(part.name, part.value)))
        return found

    @property
    def clear_url(self) -> str:
        """The address of the list without search and filters; columns, order and size stay."""
        return self.address({}, drop=(*self._filter_names, address.SEARCH, *address.PLACE))

    @property
    def filter_errors(self) -> list[str]:
        """What was typed into filters and cannot be read."""
        return [f"{spec.title}: {spec.error}" for spec in self.bound_filters if spec.error]

    @property
    def columns(self) -> list[Column]:
        """All columns on offer, those shown first and in their order."""
        shown = [name for name in self.list_display if name not in (CHECKBOX, CHOICE)]
        return [
            Column(name, self.column_title(name), name in shown)
            for name in in_order(shown, self.model_admin.offered_columns(self.request))
        ]

    def column_title(self, name: str) -> str:
        """Return a column's heading."""
        return titled(str(label_for_field(name, self.model, self.model_admin)))

    def kept(self, *names: str) -> Iterator[tuple[str, str]]:
        """Yield the address's pairs except these names and the place: a form's hidden fields."""
        for name, values in self.filter_params.items():
            if name not in names and name not in address.PLACE:
                for value in [values] if isinstance(values, str) else values:
                    yield name, self._sorted_by_names() if name == address.SORT else value
        if self.bare == address.USUAL and address.VIEW not in (*names, *self.filter_params):
            yield address.VIEW, address.USUAL_VIEW

    @property
    def kept_by_filters(self) -> list[tuple[str, str]]:
        """What the filters' form sends along: all that is no filter."""
        return list(self.kept(*self._filter_names))

    @property
    def kept_by_search(self) -> list[tuple[str, str]]:
        """What the search form sends along."""
        return list(self.kept(address.SEARCH))

    @property
    def kept_by_columns(self) -> list[tuple[str, str]]:
        """What the column chooser sends along. The order is named, as positions may change."""
        return list(self.kept(address.COLUMNS))

    @property
    def usual_columns_url(self) -> str:
        """The address of the list with the columns it shows unless others are chosen."""
        return self.address({}, drop=(address.COLUMNS, address.SORT, *address.PLACE))

    @property
    def state(self) -> str:
        """This list's state as an address: what a saved view keeps."""
        return urlencode(list(self.kept(address.VIEW)))

    @property
    def is_long(self) -> bool:
        """Tell whether its file is made in the background rather than sent at once."""
        return is_too_long(self.result_count) and bool(self.long_downloads)

    @property
    def long_downloads(self) -> Sequence[tuple[str, str]]:
        """The files on offer of a long list, each with the address that makes it by POST."""
        return background_files(self.grid_name, self.state)

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """The files on offer, each with its address: the same state, all pages."""
        query = self.address({}, drop=address.PLACE)
        return [(title, f"{url}{query}") for title, url in self.model_admin.download_urls()]

    def address(self, changes: dict[str, str], drop: tuple[str, ...] = ()) -> str:
        """Return this list's address with changes and without some names, exactly these."""
        params = {name: value for name, value in self.filter_params.items() if name not in drop}
        return self._query(sorted({**params, **changes}.items()))

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Return the filters of the address; our own names are none of them."""
        filters = super().get_filters_params(params)
        return {name: value for name, value in filters.items() if name not in address.OWN}

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """Return the rows; the order may be given by names ("-created") instead of positions."""
        self.request = request
        asked = self.params.get(address.SORT)
        if asked:
            numbered = self._sorted_by_numbers(asked)
            self.params[address.SORT] = numbered
            self.filter_params[address.SORT] = [numbered]
        for name in address.PLACE:
            self.params.pop(name, None)
            self.filter_params.pop(name, None)
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Return the order asked for, else one that a filter brings along, else the usual one."""
        brought = [spec.declared.order for spec in self.bound_filters if spec.wanted is not None]
        if self.query:
            brought.insert(0, self.model_admin.search_order)
        asked = self.params.get(address.SORT)
        order = next((one for one in brought if one), ())
        return list(order) if order and not asked else super().get_ordering(request, queryset)

    def get_ordering_field(self, field_name: str) -> Any:
        """Return what a column is sorted by, which may be another one with an index."""
        return self.model_admin.sorted_by.get(field_name) or super().get_ordering_field(field_name)

    def get_results(self, request: HttpRequest) -> None:
        """Read one page of the size asked for."""
        asked = request.GET.get(address.PAGE_SIZE, "")
        if asked.isdecimal() and int(asked) in PAGE_SIZES:
            self.list_per_page = int(asked)
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.pager = pager(
            request,
            self.queryset,
            self.paginator,
            lambda place: self.address(place, drop=address.PLACE),
        )
        self.result_list = self.pager.rows
        self.model_admin.read_along(self.result_list)
        self.result_count = self.full_result_count = self.paginator.count
        self.page_num = self.pager.number or 1
        self.show_full_result_count = self.can_show_all = False
        self.show_admin_actions = True
        self.multi_page = self.pager.is_needed

    def _knowing_the_list(self, action: RowAction) -> RowAction:
        """Return a link of a row that leads to a page of it with the list to come back to."""
        is_own = action.url.startswith(self.request.path) and "?" not in action.url
        if not is_own or not self.preserved_filters:
            return action
        return RowAction(action.title, f"{action.url}?{self.preserved_filters}")

    @property
    def _filter_names(self) -> tuple[str, ...]:
        return tuple(name for spec in self.bound_filters for name in spec.declared.names)

    def _without(self, name: str, value: str | None) -> str:
        """Return the address without one value of a name, or without the name."""
        given = self.filter_params.get(name, ())
        left = [one for one in given if value is not None and one != value]
        params: dict[str, Any] = {**self.filter_params, name: left}
        return self._query(sorted((key, values) for key, values in params.items() if values))

    def _query(self, pairs: Sequence[tuple[str, Any]]) -> str:
        """Return an address of these pairs; the bare one would lead to how the list was left."""
        return f"?{urlencode(pairs, doseq=True)}" if pairs else self.bare

    def _sorted_by_numbers(self, asked: str) -> str:
        """Return the order's columns as positions, which is how Django reads them."""
        terms = []
        for term in asked.split("."):
            name = term.lstrip("-")
            sign = "-" if term.startswith("-") else ""
            if name in self.list_display:
                terms.append(f"{sign}{self.list_display.index(name)}")
            elif name.isdecimal():
                terms.append(term)
        return ".".join(terms)

    def _sorted_by_names(self) -> str:
        """Return the order's columns by their names."""
        terms = []
        for term in self.params.get(address.SORT, "").split("."):
            number = term.lstrip("-")
            if number.isdecimal() and int(number) < len(self.list_display):
                sign = "-" if term.startswith("-") else ""
                terms.append(f"{sign}{self.list_display[int(number)]}")
        return ".".join(terms)


def literal_search(text: str) -> str:
    """Return a search so that quotes which enclose nothing are looked for as they stand.

    Django takes a lone quote, or an empty pair, for an empty phrase, which everything contains.
    """
    return " ".join(map(_literal, smart_split(text)))


def _literal(word: str) -> str:
    is_taken_apart = word[0] in "\"'" and word[0] == word[-1]
    if not is_taken_apart or _PHRASE.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
