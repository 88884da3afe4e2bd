"""Thousands of SKUs drift apart in every way; exactly those are found, and corrected to the unit.

Between the looks goes on what goes on in a shop: pushes, some applied and some waiting, orders,
exports, edits. None of it is a false alarm.
"""

from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from exports.cron import export_orders_create
from exports.fetching import fetch_order
from imports.models import ImportLine
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus, Operation, Result
from orderflow_bridge.configuration.sections import (
    Adjustment,
    InventoryImport,
    OrderExport,
    Reconciliation,
    ReconciliationMode,
)
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.quantities import StockQuantity, save_quantities
from orderflow_bridge.problems.kinds import STOCK_DIFFERS
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import SiteSource, StockDifference
from orderflow_bridge.watch.services import watch
from tests.configuration.storing import store
from tests.factories import make_order, make_source, make_store
from tests.imports.stock import apply, process, queue
from tests.watch.warehouse import Warehouse, look, second_look, warehouse, website

__all__ = ("warehouse", "website")

pytestmark = pytest.mark.django_db

SKUS = 3_000
EDITED_AND_LOST = 20
SITES = {"default": "Stoke", "eu": "Paris"}
Why = StockDifference.Why
Key = tuple[str, str]


class Shop:
    """A shop and its warehouse: what OrderFlow holds, what it says of it, and what goes on."""

    def __init__(self, website: Website, warehouse: Warehouse, seed: int) -> None:
        self.random = Random(seed)
        self.warehouse = warehouse
        self.store = make_store(website)
        self.skus = [f"SKU-{number:05}" for number in range(SKUS)]
        self.theirs: dict[Key, int] = {}
        self.sequence = 0
        self.drifted: dict[Key, Why] = {}
        make_source("eu")
        for source, site in SITES.items():
            SiteSource.objects.create(site=site, source_id=source)
        Product.objects.bulk_create([Product(sku=sku, name=sku) for sku in self.skus])
        for source in SITES:
            apply(*(self.counted((sku, source), self.random.randint(0, 50)) for sku in self.skus))
        self.untouched = self.skus.copy()
        self.random.shuffle(self.untouched)

    def counted(self, key: Key, units: int) -> tuple[Any, ...]:
        """Let OrderFlow count something; return the line that says so."""
        self.theirs[key] = units
        return self.line(key, units)

    def line(self, key: Key, units: Any) -> tuple[Any, ...]:
        self.sequence += 1
        return key[0], units, self.sequence, key[1]

    def some(self, count: int) -> list[Key]:
        """Return keys that nothing has happened to yet."""
        return [(self.untouched.pop(), self.random.choice([*SITES])) for _ in range(count)]

    def other(self, key: Key) -> int:
        return self.theirs[key] + self.random.randint(1, 9)

    def drift(self) -> None:
        """Lose messages, fail lines, edit by hand, and count at the wrong site."""
        for key in self.some(60):
            self.counted(key, self.other(key))
            self.drifted[key] = Why.MISSING
        failed = self.some(25)
        for key in failed:
            self.theirs[key] = self.other(key)
            self.drifted[key] = Why.FAILED
        apply(*(self.line(key, "many") for key in failed))
        for key in self.some(15):
            wrong = (key[0], "eu" if key[1] == "default" else "default")
            self.theirs[key] = self.other(key)
            apply(self.line(wrong, self.theirs[key] + 50))
            self.drifted |= {key: Why.MISSING, wrong: Why.MISSING}
        edited = self.some(40)
        save_quantities([StockQuantity(*key, Decimal(77)) for key in edited])
        for key in edited[:EDITED_AND_LOST]:
            self.counted(key, self.other(key))
            self.drifted[key] = Why.MISSING

    def go_on(self, count: int) -> None:
        """Let OrderFlow push, customers order, people edit, and orders be exported."""
        for step in range(count):
            pushed = [
                (sku, source) for sku in self.random.sample(self.untouched, 3) for source in SITES
            ]
            queue(*(self.counted(key, self.random.randint(0, 50)) for key in pushed))
            if step % 3:
                process()
            make_order(items=[(self.random.choice(self.skus), 1)], store=self.store)
            save_quantities([StockQuantity(self.untouched[-1 - step], "default", Decimal(step))])
        export_orders_create()
        caller = Caller(1, "orderflow", frozenset({ORDERFLOW_IMPORT}))
        for order in Order.objects.filter(orderflow_export_status=ExportStatus.QUEUED)[:3]:
            fetch_order(order.pk, caller=caller)

    def list_stock(self) -> None:
        self.warehouse.hold(
            *((sku, SITES[source], units) for (sku, source), units in self.theirs.items())
        )


@pytest.mark.parametrize("seed", [20_261_130, 7])
def test_everything_that_drifted_is_found_nothing_else_and_corrected_to_the_unit(
    seed: int, website: Website, warehouse: Warehouse
) -> None:
    store(Reconciliation, is_enabled=True, mode=ReconciliationMode.CORRECT)
    store(OrderExport, website, is_enabled=True, exportable_status=("processing",))
    store(
        InventoryImport,
        adjust_inventory=Adjustment.UNSENT_ORDERS,
        valid_unsent_order_statuses=("processing",),
        hold_mass_changes=False,
    )
    shop = Shop(website, warehouse, seed)
    shop.drift()
    shop.go_on(15)
    shop.list_stock()
    first = look()
    assert (first.confirmed, first.to_confirm) == (0, len(shop.drifted))
    process()
    shop.go_on(15)
    shop.list_stock()
    second = second_look()

    confirmed = second.differences.filter(is_confirmed=True)
    rows = confirmed.values_list("sku", "source_code", "why")
    assert {(sku, source): why for sku, source, why in rows} == shop.drifted
    assert confirmed.filter(is_edited=True).count() == EDITED_AND_LOST
    assert second.corrected == open_problems(STOCK_DIFFERS).get().count == len(shop.drifted)

    unsent = Counter(
        Order.objects.exclude(orderflow_export_status=ExportStatus.EXPORTED).values_list(
            "items__sku", flat=True
        )
    )
    process()
    written = ImportLine.objects.filter(
        parent__operation=Operation.RECONCILE, result=Result.SUCCESS
    ).values_list("reference", "source_code", "units_received", "units_applied")
    assert {(sku, source): (units, applied) for sku, source, units, applied in written} == {
        (sku, source): (units := shop.theirs[sku, source], max(units - unsent[sku], 0))
        for sku, source in shop.drifted
    }

    shop.go_on(5)
    process()
    watch()
    assert not open_problems(STOCK_DIFFERS).exists()
    received = SourceItem.objects.values_list("product__sku", "source_id", "last_received")
    assert {(sku, source): units for sku, source, units in received} == shop.theirs
    shop.list_stock()
    last = look()
    assert (last.equal, last.different) == (2 * SKUS, 0)
