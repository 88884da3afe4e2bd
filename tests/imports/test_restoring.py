"""The old figures of an import are put back where nothing newer was written since."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.test import Client

from imports.models import Import, ImportLine
from imports.restoring import CHANGED, NEWER, SAME, preview_restoration, restorable_lines, restore
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Operation
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.placing import keep_promise, promise_units
from orderflow_bridge.inventory.quantities import StockQuantity, save_quantities
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from tests.factories import make_order, make_user, make_website
from tests.imports.mass import make_shop
from tests.imports.stock import apply, process, queue, stock
from tests.outbox.webhooks.shop import make_receiver

pytestmark = pytest.mark.django_db


def import_of(*lines: Any) -> Import:
    """Apply one message and return its report."""
    return apply(*lines)[0].parent


def quantity(sku: str) -> Decimal:
    return SourceItem.objects.get(product__sku=sku).quantity


def test_the_figures_from_before_are_written_and_recorded_and_the_marks_stay() -> None:
    skus = make_shop(3)
    report = import_of(*((sku, 2, 5) for sku in skus))

    done = restore(restorable_lines(report), message_id=report.message_id, by="alice")

    assert stock() == {(sku, "default"): (7, 1, 5) for sku in skus}
    restored = Import.objects.order_by("-id")[0]
    assert done.report == restored
    assert (restored.operation, restored.successes) == (Operation.RESTORE, 3)
    assert restored.message_id == report.message_id
    line = restored.lines.order_by("id")[0]
    assert (line.units_applied, line.sequence_id) == (7, None)
    assert line.message == "Product Quantity Put Back to 7 by alice"


def test_an_old_message_stays_old_and_the_next_figure_replaces_what_was_put_back() -> None:
    make_shop(1)
    report = import_of(("P-0", 2, 5))
    restore(restorable_lines(report), by="alice")

    queue(("P-0", 9, 4), ("P-0", 2, 5))
    assert process().successes == 0
    queue(("P-0", 3, 6))
    process()
    assert quantity("P-0") == 3


def test_what_is_newer_is_passed_over_and_says_why() -> None:
    make_shop(5)
    report = import_of(*((f"P-{number}", 2, 5) for number in range(4)), ("P-4", 7, 5))
    import_of(("P-1", 1, 6))
    save_quantities([StockQuantity("P-2", "default", Decimal(50))])
    lines = restorable_lines(report)
    assert preview_restoration(lines).passed_over == {NEWER: 1, CHANGED: 1, SAME: 1}

    done = restore(lines, by="alice")

    assert {each.product.sku for each in done.put_back} == {"P-0", "P-3"}
    assert [quantity(f"P-{number}") for number in range(5)] == [7, 1, 50, 7, 7]
    assert str(done) == (f"2 put back, 3 passed over (1: {NEWER}; 1: {CHANGED}; 1: {SAME})")


def test_a_preview_writes_nothing() -> None:
    make_shop(1)
    report = import_of(("P-0", 2, 5))

    (put_back,) = preview_restoration(restorable_lines(report)).put_back

    assert put_back.quantity == 7
    assert quantity("P-0") == 2
    assert Import.objects.count() == 1


def test_what_was_sold_meanwhile_stays_sold() -> None:
    make_shop(1)
    report = import_of(("P-0", 4, 5))
    order = make_order(items=[("P-0", 3)])
    product = Product.objects.get()
    promise = promise_units({product.pk: Decimal(3)}, website_id=order.store.website_id)
    keep_promise(promise, order.pk)
    assert quantity("P-0") == 1

    restore(restorable_lines(report), by="alice")

    assert quantity("P-0") == 4


def test_the_shops_own_system_is_told() -> None:
    make_shop(1)
    website = make_website()
    Product.objects.get().websites.add(website)
    make_receiver(website)
    report = import_of(("P-0", 0, 5))
    first = WebhookEvent.objects.get()

    restore(restorable_lines(report), by="alice")

    event = WebhookEvent.objects.get()
    assert event.event_id != first.event_id
    assert event.collapse_key == first.collapse_key
    assert orjson.loads(event.body)["data"] == {
        "sku": "P-0",
        "source_code": "default",
        "quantity": 7,
        "is_in_stock": True,
        "sequence_id": 5,
    }


def test_lines_that_do_not_know_what_was_before_are_passed_over() -> None:
    make_shop(1)
    report = import_of(("P-0", 2, 5))
    ImportLine.objects.update(units_before=None)

    assert preview_restoration(restorable_lines(report)).put_back == []


def test_the_page_of_an_import_asks_and_then_tells_how_many() -> None:
    make_shop(3)
    report = import_of(*((f"P-{number}", 2, 5) for number in range(3)))
    import_of(("P-1", 1, 6))
    client = Client()
    client.force_login(make_user(is_superuser=True, is_staff=True))
    url = f"/admin/imports/inventoryimport/{report.pk}/restore/"

    asked = client.get(url).content.decode()
    assert "2 → 7" in asked
    assert NEWER in asked
    assert quantity("P-0") == 2

    answer: Any = client.post(url, follow=True)
    assert "2 put back, 1 passed over" in answer.content.decode()
    assert [quantity(f"P-{number}") for number in range(3)] == [7, 1, 7]

    restored = Import.objects.order_by("-id")[0]
    page = client.get(f"/admin/imports/inventoryimport/{restored.pk}/change/").content.decode()
    assert "Restore" in page
    assert "/restore/" not in page
