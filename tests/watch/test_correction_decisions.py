"""What people decide about corrections: a mass change, undoing, and correcting by hand."""

from decimal import Decimal

import pytest
from django.test import Client

from imports.inventory.mass_changes import held_mass_change
from imports.mass_change_decisions import apply_change, discard_change
from imports.models import Import
from imports.restoring import restorable_lines, restore
from orderflow_bridge.common.choices import Operation
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import StockDifference
from orderflow_bridge.watch.reconciliation.correcting import NOTHING
from tests.admin.conftest import boss
from tests.factories import make_product
from tests.imports.mass import make_shop
from tests.imports.stock import apply, process, queue
from tests.watch.warehouse import (
    Warehouse,
    correcting,
    corrections,
    drift,
    found,
    item,
    look,
    second_look,
    warehouse,
    website,
)

__all__ = ("boss", "correcting", "warehouse", "website")

pytestmark = pytest.mark.django_db

Kind, Why = StockDifference.Kind, StockDifference.Why


def test_a_mass_change_is_held_and_what_was_discarded_is_not_corrected_again(
    correcting: Website, warehouse: Warehouse
) -> None:
    skus = make_shop(60)
    apply(*((sku, 7, 2) for sku in skus))
    warehouse.hold(*((sku, "S", 0) for sku in skus))
    look()
    assert second_look().corrected == 60
    process()
    change = held_mass_change()
    assert change
    assert not corrections()

    discard_change(change, by="alice")
    look()
    comparison = second_look()
    assert (comparison.confirmed, comparison.corrected) == (60, 0)
    assert found(comparison)["P-0"] == (Kind.DIFFERENT, Why.DISCARDED)

    # Another figure is not what was discarded.
    warehouse.hold(("P-0", "S", 4), *((sku, "S", 0) for sku in skus[1:]))
    assert look().corrected == 1


def test_a_mass_change_that_is_approved_is_applied(
    correcting: Website, warehouse: Warehouse
) -> None:
    skus = make_shop(60)
    apply(*((sku, 7, 2) for sku in skus))
    warehouse.hold(*((sku, "S", 0) for sku in skus))
    look()
    second_look()
    process()
    change = held_mass_change()
    assert change
    apply_change(change, by="alice")

    assert {line.units_applied for line in corrections()} == {Decimal(0)}


def test_a_push_that_was_discarded_is_no_missing_message(
    website: Website, warehouse: Warehouse
) -> None:
    skus = make_shop(60)
    apply(*((sku, 7, 2) for sku in skus))
    queue(*((sku, 0, 3) for sku in skus))
    process()
    change = held_mass_change()
    assert change
    discard_change(change, by="alice")
    warehouse.hold(*((sku, "S", 0) for sku in skus))

    assert set(found(look()).values()) == {(Kind.DIFFERENT, Why.DISCARDED)}


def test_it_can_be_undone_and_is_not_done_again(correcting: Website, warehouse: Warehouse) -> None:
    drift(warehouse)
    process()
    report = Import.objects.get(operation=Operation.RECONCILE)
    restore(restorable_lines(report), by="alice")

    assert (item("MUG").quantity, item("MUG").last_sequence_id) == (5, 1)
    look()
    assert second_look().corrected == 0


def test_report_changes_nothing_until_somebody_corrects_on_the_comparisons_page(
    website: Website, warehouse: Warehouse, boss: Client
) -> None:
    comparison = drift(warehouse)
    assert comparison.corrected == 0
    url = f"/admin/watch/stockcomparison/{comparison.pk}/correct/"

    asked = boss.get(url).content.decode()
    assert "Would Be Corrected: 1" in asked
    done = boss.post(url, follow=True).content.decode()
    assert "1 figures have been queued" in done
    again = boss.post(url, follow=True).content.decode()
    assert NOTHING in again

    assert Request.objects.get(operation=Operation.RECONCILE).received_by.endswith("by boss")
    process()
    assert item("MUG").quantity == 3
    page = boss.get(f"/admin/watch/stockcomparison/{comparison.pk}/change/").content.decode()
    assert "View Request" in page
    assert "/correct/" not in page


def test_only_the_newest_comparison_can_be_corrected(
    website: Website, warehouse: Warehouse, boss: Client
) -> None:
    comparison = drift(warehouse)
    warehouse.hold(("MUG", "S", 5))
    look()

    page = boss.post(
        f"/admin/watch/stockcomparison/{comparison.pk}/correct/", follow=True
    ).content.decode()
    assert NOTHING in page
    assert not Request.objects.filter(operation=Operation.RECONCILE).exists()


def test_a_waiting_correction_is_shown_and_processed_as_any_message(
    correcting: Website, warehouse: Warehouse, boss: Client
) -> None:
    make_product("NEW")
    warehouse.hold(("MUG", "S", 3), ("NEW", "S", 4))
    drift(warehouse)
    warehouse.hold(("MUG", "S", 3), ("NEW", "S", 4))
    look()
    second_look()
    for request in Request.objects.filter(operation=Operation.RECONCILE):
        url = f"/admin/imports/importrequest/{request.pk}"
        assert "Reconcile" in boss.get(f"{url}/change/").content.decode()
        asked = boss.get(f"{url}/process/").content.decode()
        assert "Product Quantity Corrected to" in asked
        boss.post(f"{url}/process/")

    assert (item("MUG").quantity, item("NEW").quantity) == (3, 4)
    assert len(corrections()) == 2
