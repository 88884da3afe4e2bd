"""Every list of ours in every state: all filters, all orders, all columns, searched, as a file."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.changelist import Grid
from orderflow_bridge.console.grids.filters import Choices, DateRange, NumberRange
from tests.admin.samples import fill_shop

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
MOST_BYTES = 300 * 1024


@pytest.fixture
def grids(boss) -> list[Grid]:
    """Every list as it opens, on a shop with something in it."""
    fill_shop()
    return list(_grids(boss))


def _grids(client) -> Iterator[Grid]:
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, BridgeAdmin):
            answer = client.get(_address(model))
            if answer.status_code == 200 and "cl" in (answer.context or {}):
                yield answer.context["cl"]


def _address(model, page: str = "changelist", *args: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def _all_filters(grid: Grid) -> str:
    """Return an address that uses every filter of a list at once."""
    pairs = []
    for spec in grid.bound_filters:
        first, *others = spec.declared.names
        match spec.declared:
            case Choices():
                pairs += [(first, value) for value, _, _ in spec.inputs["choices"]]
            case NumberRange():
                pairs += [(first, "0"), *((name, "900") for name in others)]
            case DateRange():
                pairs += [(first, "2017-01-01"), *((name, "2100-01-01") for name in others)]
            case _:
                pairs.append((first, "a"))
    return urlencode(pairs)


def _states(grid: Grid) -> Iterator[str]:
    columns = grid.model_admin.offered_columns(grid.request)
    yield _all_filters(grid)
    yield urlencode([("cols", name) for name in reversed(columns)])
    yield urlencode({"o": ".".join(columns)})
    yield urlencode({"o": ".".join(f"-{name}" for name in columns), "q": "1", "p": "2"})
    yield "end=1&per_page=30"


def _asked(client, address: str):
    """Ask for a page; return its queries once the configuration is read, and its answer."""
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        if len(queries) <= MOST_QUERIES:
            break
    return len(queries), answer


def test_most_of_the_admins_lists_are_ours(grids):
    assert len(grids) >= 20
    assert sum(len(grid.bound_filters) for grid in grids) >= 60


@pytest.mark.slow
def test_every_list_opens_in_every_state_with_few_queries_and_bytes(boss, grids):
    wrong = []
    for grid in grids:
        for state in _states(grid):
            queries, answer = _asked(boss, f"{_address(grid.model)}?{state}")
            size = len(answer.content)
            errors = answer.context["cl"].filter_errors if answer.status_code == 200 else ["lost"]
            if errors or queries > MOST_QUERIES or size > MOST_BYTES:
                wrong.append((grid.grid_name, state, errors, queries, size))

    assert wrong == []


def test_every_filter_of_every_list_has_its_chips(boss, grids):
    silent = []
    for grid in grids:
        answer = boss.get(f"{_address(grid.model)}?{_all_filters(grid)}")
        specs = answer.context["cl"].bound_filters
        silent += [(grid.grid_name, spec.title) for spec in specs if not spec.parts]

    # A shop without any of a thing has no choices to make.
    assert {name for name, title in silent if title != "Source"} == set()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_list_comes_as_a_file_with_as_many_rows_as_it_has(boss, grids, kind):
    for grid in grids:
        answer = boss.get(_address(grid.model, "download", kind))
        content = b"".join(answer.streaming_content)

        assert answer.status_code == 200, grid.grid_name
        if kind == "csv":
            lines = content.decode("utf-8-sig").count("\r\n")
            assert lines >= min(grid.result_count, 20) + 1, grid.grid_name
        else:
            assert content.startswith(b"PK"), grid.grid_name


def test_every_list_says_what_to_do_while_it_is_empty(boss):
    quiet = []
    for grid in _grids(boss):
        title, text = grid.empty
        if not grid.result_list and not (title and text):
            quiet.append(grid.grid_name)

    assert quiet == []
