"""A list's state in its address, and what is stored of it. The filters have names of their own."""

from typing import Any
from urllib.parse import parse_qs, urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _

PAGE_SIZE = "per_page"
COLUMNS = "cols"
VIEW = "view"
AFTER = "after"
BEFORE = "before"
END = "end"
SORT = "o"
PAGE = "p"
SEARCH = "q"

USUAL_VIEW = "default"
USUAL = f"?{VIEW}={USUAL_VIEW}"
"""The address of a list without any state; the bare one leads to the state it was left in."""

LEFT = "_changelist_filters"
"""Where Django keeps, in a record's address, how the list was left."""

PLACE = (PAGE, AFTER, BEFORE, END)
"""Where in the list one is; every other change of the list leads back to its beginning."""

OWN = (PAGE_SIZE, COLUMNS, VIEW, AFTER, BEFORE, END)
"""Names that Django's list knows nothing of: it would take them for filters."""
_LONGEST = 4_000
_NAMES = {SORT: "sort", PAGE_SIZE: "page_size", SEARCH: "search"}


def state_of(query: str) -> dict[str, Any]:
    """Return what an address asks for: filters, columns, sort, page_size, search.

    The place in the list and the name of a view are no part of it. Raises ValueError for an address
    too long to be one of ours.
    """
    if len(query) > _LONGEST:
        raise ValueError(_("This list's address is too long to be saved."))
    given = parse_qs(query.lstrip("?"))
    for name in (*PLACE, VIEW):
        given.pop(name, None)
    state: dict[str, Any] = {"columns": given.pop(COLUMNS, [])}
    for name, stored in _NAMES.items():
        state[stored] = given.pop(name, [""])[-1]
    filters = {name: values for name, values in given.items() if not name.startswith("_")}
    return {**state, "filters": filters}


def query_of(state: dict[str, Any], view: int | str) -> str:
    """Return the address of a stored state, with the view it belongs to."""
    pairs = [(name, value) for name, values in state["filters"].items() for value in values]
    pairs += [(COLUMNS, name) for name in state["columns"]]
    pairs += [(name, state[stored]) for name, stored in _NAMES.items() if state[stored]]
    return f"?{urlencode([*pairs, (VIEW, str(view))])}"


def as_it_was_left(url: str, request: HttpRequest) -> str:
    """Return a list's address with the state in which the record's page was opened from it."""
    left = request.GET.get(LEFT, "")
    return f"{url}?{left}" if url and left else url


def is_usual(state: dict[str, Any]) -> bool:
    """Tell whether a state asks for nothing: the list as it is for everybody."""
    return not any(state.get(name) for name in ("filters", "columns", "sort", "page_size"))
