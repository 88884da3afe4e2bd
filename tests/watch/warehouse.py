"""An OrderFlow that lists what it holds, a shop connected with it, and looks at both."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from imports.models import ImportLine
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Operation
from orderflow_bridge.configuration.sections import Api, Reconciliation, ReconciliationMode
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import StockComparison
from orderflow_bridge.watch.reconciliation.services import (
    reconcile_inventory,
)
from tests.configuration.storing import store
from tests.factories import make_product, make_source, make_website
from tests.fakes import Answer, FakeOrderFlow, Heard
from tests.imports.stock import apply


class Warehouse(FakeOrderFlow):
    """An OrderFlow that lists what it holds: rows of SKU, site, total, and whatever differs."""

    def __init__(self) -> None:
        super().__init__()
        self.stock: list[tuple[Any, ...]] = []

    def hold(self, *rows: tuple[Any, ...]) -> None:
        self.stock = list(rows)

    def choose(self, heard: Heard) -> Answer:
        if self.answers or "inventory.xml" not in heard.path:
            return super().choose(heard)
        records = (_record(*row) for row in self.stock)
        return Answer(f"<inventory>{''.join(records)}</inventory>".encode())


def _record(sku: str, site: str, total: Any, given: dict[str, str] | None = None) -> str:
    values = {"allocated": "0", "isAvailable": "true", "isFrozen": "false", **(given or {})}
    others = " ".join(f'{name}="{value}"' for name, value in values.items())
    return f'<item externalReference="{sku}" site="{site}" total="{total}" {others}/>'


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with Warehouse().running() as fake:
        yield fake


@pytest.fixture
def website(warehouse: Warehouse) -> Website:
    website = make_website(name="Main Website")
    connect(website, warehouse)
    make_source("default")
    store(Reconciliation, is_enabled=True)
    return website


def connect(website: Website, warehouse: FakeOrderFlow) -> None:
    store(
        Api,
        website,
        endpoint=warehouse.endpoint,
        username="u",
        password="p",
        organisation="o",
        channel="c",
    )


def look(after: timedelta = timedelta()) -> StockComparison:
    """Compare stock, `after` the comparison before."""
    if after:
        earlier = StockComparison.objects.latest("id")
        earlier.differences.update(first_seen=clock.now() - after)
        StockComparison.objects.filter(pk=earlier.pk).update(began_at=clock.now() - after)
    reconcile_inventory()
    return StockComparison.objects.latest("id")


def second_look() -> StockComparison:
    return look(after=timedelta(minutes=31))


def found(comparison: StockComparison) -> dict[str, tuple[int, int]]:
    rows = comparison.differences.values_list("sku", "kind", "why")
    return {sku: (kind, why) for sku, kind, why in rows}


@pytest.fixture
def correcting(website: Website) -> Website:
    store(Reconciliation, is_enabled=True, mode=ReconciliationMode.CORRECT)
    return website


def item(sku: str) -> SourceItem:
    return SourceItem.objects.get(product__sku=sku)


def corrections() -> list[ImportLine]:
    return list(ImportLine.objects.filter(parent__operation=Operation.RECONCILE).order_by("id"))


def drift(warehouse: Warehouse, *, theirs: Any = 3) -> StockComparison:
    """Let a message about MUG be lost, and find that out twice."""
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", theirs))
    look()
    return second_look()
