"""What is told, to whom, and when: events are written with the change they tell of."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from exports.cron import export_orders_create
from exports.fetching import fetch_order, mark_exported_by_reference
from imports.services import process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import ExportMode
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.sales.booking import NewTrack
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.shipping import ship_order
from orderflow_bridge.stores.models import Website
from tests.exports.fetching import ORDERFLOW
from tests.exports.shop import make_due_orders, make_shop
from tests.factories import (
    make_address,
    make_order,
    make_product,
    make_source,
    make_store,
    make_website,
)
from tests.fakes import Answer, FakeOrderFlow
from tests.imports.stock import queue
from tests.outbox.webhooks.shop import Shop, listen, website_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def website(shop: Shop) -> Website:
    return website_of(listen(shop))


def bodies() -> list[dict[str, Any]]:
    events = WebhookEvent.objects.order_by("id")
    return [json.loads(body) for body in events.values_list("body", flat=True)]


def make_order_on(website: Website, **values: Any) -> Order:
    store = website.stores.first() or make_store(website)
    return make_order(store=store, items=[(make_product(), 2)], **values)


def sell(website: Website, sku: str) -> Product:
    make_source()
    product = make_product(sku)
    product.websites.add(website)
    return product


def push(*lines: tuple[Any, ...]) -> None:
    queue(*lines)
    process_imports(Entity.INVENTORY)


def test_an_order_that_orderflow_fetches_is_told_once(website: Website) -> None:
    order = make_order_on(website, increment_id="000000005")

    fetch_order(order.pk, caller=ORDERFLOW)
    order.refresh_from_db()
    fetch_order(order.pk, caller=ORDERFLOW)

    [body] = bodies()
    assert body["type"] == "order.exported"
    assert body["data"] == {
        "order_id": order.pk,
        "order_increment_id": "000000005",
        "order_state": "processing",
        "order_status": "processing",
        "website_code": website.code,
        "store_view_code": order.store.code,
        "exported_at": f"{order.orderflow_export_date:%Y-%m-%dT%H:%M:%SZ}",
    }


def test_an_order_that_orderflow_says_it_has_is_told(website: Website) -> None:
    order = make_order_on(website)

    mark_exported_by_reference(Entity.ORDER, order.increment_id, body=b"", received_by="orderflow")

    assert [body["type"] for body in bodies()] == ["order.exported"]


def test_an_order_that_was_pushed_is_told(shop: Shop) -> None:
    with FakeOrderFlow().running() as orderflow:
        website = make_shop(orderflow, orders={"mode": ExportMode.PUSH})
        listen(shop, website)
        [order] = make_due_orders(website, 1, items=[("24-MB01", 1)])
        make_address(order)
        line = f'<line externalReference="{order.increment_id}" type="order"/>'
        report = f"<report><importSuccesses>{line}</importSuccesses></report>"
        orderflow.answers = [Answer(report.encode())]

        export_orders_create()

    order.refresh_from_db()
    assert order.orderflow_export_status == "Exported"
    assert [body["data"]["order_increment_id"] for body in bodies()] == [order.increment_id]


def test_a_shipment_is_told_with_its_units_and_parcels(website: Website) -> None:
    order = make_order_on(website, increment_id="000000005")
    row = order.items.get()

    ship_order(order.pk, quantities={row.pk: Decimal(1)}, new_tracks=[NewTrack("TN1", "DPD")])

    [body] = bodies()
    shipment = order.shipments.get()
    assert body["type"] == "shipment.created"
    assert body["data"] == {
        "order_id": order.pk,
        "order_increment_id": "000000005",
        "order_state": "processing",
        "order_status": "processing",
        "website_code": website.code,
        "store_view_code": order.store.code,
        "shipment_id": shipment.pk,
        "shipment_increment_id": shipment.increment_id,
        "source_code": "default",
        "items": [{"order_item_id": row.pk, "sku": row.sku, "qty": 1}],
        "tracks": [{"track_number": "TN1", "title": "DPD", "carrier_code": "custom"}],
    }


def test_an_event_goes_with_its_change_when_that_is_rolled_back(website: Website) -> None:
    order = make_order_on(website)

    with transaction.atomic():
        ship_order(order.pk)
        transaction.set_rollback(True)

    assert not WebhookEvent.objects.exists()


def test_a_changed_stock_figure_is_told(website: Website) -> None:
    sell(website, "24-MB01")

    push(("24-MB01", "90", "507"))

    [body] = bodies()
    assert body["type"] == "stock.changed"
    assert body["data"] == {
        "sku": "24-MB01",
        "source_code": "default",
        "quantity": 90,
        "is_in_stock": True,
        "sequence_id": 507,
    }


def test_stock_that_stays_as_it_was_is_not_told(website: Website) -> None:
    sell(website, "24-MB01")
    push(("24-MB01", "90", "507"))
    WebhookEvent.objects.all().delete()

    push(("24-MB01", "90", "508"), ("24-MB01", "5", "400"), ("24-MB01", "x", "509"))

    assert not WebhookEvent.objects.exists()


def test_the_newest_figure_replaces_those_that_wait(website: Website) -> None:
    sell(website, "24-MB01")
    push(("24-MB01", "90", "507"))
    first = WebhookEvent.objects.get().event_id

    push(("24-MB01", "80", "508"))
    push(("24-MB01", "70.5", "509"), ("24-MB01", "60", "510"))

    [body] = bodies()
    assert (body["data"]["quantity"], body["data"]["sequence_id"]) == (60, 510)
    assert WebhookEvent.objects.get().event_id != first


def test_figures_of_several_sources_are_told_apart(website: Website) -> None:
    sell(website, "24-MB01")
    make_source("leeds")

    push(("24-MB01", "1.5", "507"), ("24-MB01", "0", "508", "leeds"))
    push(("24-MB01", "2", "509", "leeds"))

    assert [(body["data"]["source_code"], body["data"]["quantity"]) for body in bodies()] == [
        ("default", 1.5),
        ("leeds", 2),
    ]


def test_only_websites_that_sell_a_product_are_told_of_its_stock(
    website: Website, other_shop: Shop
) -> None:
    listen(other_shop)
    sell(website, "24-MB01")

    push(("24-MB01", "90", "507"))

    assert [event.receiver.websites.get() for event in WebhookEvent.objects.all()] == [website]


@pytest.mark.parametrize("settings", [{"is_active": False}, {"events": []}])
def test_whoever_does_not_listen_is_told_nothing(shop: Shop, settings: dict[str, Any]) -> None:
    website = website_of(listen(shop, **settings))
    sell(website, "24-MB01")
    order = make_order_on(website)

    push(("24-MB01", "90", "507"))
    fetch_order(order.pk, caller=ORDERFLOW)
    ship_order(order.pk)

    assert not WebhookEvent.objects.exists()


def test_a_website_is_told_what_it_has_chosen(shop: Shop) -> None:
    website = website_of(listen(shop, events=["shipment.created"]))
    order = make_order_on(website)

    fetch_order(order.pk, caller=ORDERFLOW)
    ship_order(order.pk)

    assert [body["type"] for body in bodies()] == ["shipment.created"]


def test_another_websites_order_is_its_own_business(website: Website) -> None:
    order = make_order_on(make_website())

    ship_order(order.pk)

    assert not WebhookEvent.objects.exists()
