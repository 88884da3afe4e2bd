"""What is told of orders, shipments, products and problems, each with the change it tells of."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from exports.cron import export_orders_create, export_products_create
from exports.fetching import fetch_product
from exports.manual import export_now
from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import ExportMode
from orderflow_bridge.documents.order_reading import read_order
from orderflow_bridge.inventory.placing import place_order
from orderflow_bridge.outbox.webhooks.filters import Filter
from orderflow_bridge.outbox.webhooks.models import TOLD, WebhookEvent, WebhookReceiver
from orderflow_bridge.problems.kinds import JOB_FAILED, OVERSOLD
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems, settle
from orderflow_bridge.rules.services import release
from orderflow_bridge.sales.booking import NewTrack
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.services import add_track, cancel, hold, unhold
from orderflow_bridge.sales.shipping import ship_order
from orderflow_bridge.stores.models import Website
from tests.exports.fetching import ORDERFLOW
from tests.exports.shop import make_due_orders, make_due_products, make_shop
from tests.exports.test_push_mode import report
from tests.factories import make_order, make_product, make_source, make_store, make_website
from tests.fakes import Answer, FakeOrderFlow
from tests.outbox.webhooks.shop import make_receiver
from tests.rules.making import hold as hold_by_rule

pytestmark = pytest.mark.django_db

ALL = [kind.value for kind in TOLD]


@pytest.fixture
def website() -> Website:
    return make_website()


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    with FakeOrderFlow().running() as running:
        yield running


@pytest.fixture
def receiver(website: Website) -> WebhookReceiver:
    return make_receiver(website, events=ALL)


def told(family: str) -> list[tuple[str, dict[str, Any]]]:
    """Return type and data of all events of a family, oldest first."""
    events = WebhookEvent.objects.filter(kind__startswith=f"{family}.").order_by("id")
    bodies = [json.loads(body) for body in events.values_list("body", flat=True)]
    return [(body["type"], body["data"]) for body in bodies]


def order_on(website: Website, **values: Any) -> Order:
    store = website.stores.first() or make_store(website)
    return make_order(store=store, items=[(make_product(), 2)], **values)


def test_an_order_that_is_placed_is_told(receiver: WebhookReceiver, website: Website) -> None:
    make_source()
    store = make_store(website)
    product = make_product("24-MB01", type_id="virtual")
    draft = read_order(
        {
            "increment_id": "000000005",
            "customer_email": "anna@example.com",
            "items": [{"sku": product.sku, "qty_ordered": 1, "price": 5}],
            "billing_address": {
                "firstname": "Anna", "lastname": "B", "street": ["1 Road"], "city": "Leeds",
                "postcode": "LS1", "country_id": "GB", "telephone": "1",
            },
            "payment": {"method": "checkmo"},
        },
        store,
    )  # fmt: skip

    order = place_order(draft)

    [(kind, data)] = told("order")
    assert kind == "order.placed"
    assert (data["order_id"], data["order_increment_id"]) == (order.pk, "000000005")
    assert (data["website_code"], data["store_view_code"]) == (website.code, store.code)


def test_a_hold_a_release_and_a_cancellation_are_told_in_their_order(
    receiver: WebhookReceiver, website: Website
) -> None:
    order = order_on(website, invoiced=False)

    hold(order.pk)
    unhold(order.pk)
    cancel(order.pk)

    assert [(kind, data["order_status"]) for kind, data in told("order")] == [
        ("order.on_hold", "holded"),
        ("order.released", "pending"),
        ("order.cancelled", "canceled"),
    ]
    assert told("order")[0][1]["held_by"] == "hand"
    assert set(WebhookEvent.objects.values_list("topic", flat=True)) == {
        f"order {order.increment_id}"
    }


def test_an_order_that_a_rule_holds_and_somebody_releases_is_told(
    orderflow: FakeOrderFlow,
) -> None:
    website = make_shop(orderflow)
    make_receiver(website, events=ALL)
    [order] = make_due_orders(website, 1, grand_total=501)
    hold_by_rule(("grand_total", "gt", "500"), name="Over 500")

    export_orders_create()
    export_orders_create()
    release(Order.objects.all(), by="anna")

    (held, why), (let_go, by) = told("order")
    assert (held, why["held_by"], why["order_id"]) == ("order.on_hold", "rule", order.pk)
    assert "Over 500" in why["reason"]
    assert let_go == "order.released"
    assert by["reason"] == "Released from the rule “Over 500” by anna."


def test_a_track_that_is_added_later_is_told_once(
    receiver: WebhookReceiver, website: Website
) -> None:
    order = order_on(website)
    ship_order(order.pk)
    shipment = order.shipments.get()

    for _ in range(2):
        add_track(shipment.pk, NewTrack("TN1", "DPD"))

    [created, (kind, data)] = told("shipment")
    assert (created[0], kind) == ("shipment.created", "shipment.track_added")
    assert data["shipment_increment_id"] == shipment.increment_id
    assert data["track"] == {"track_number": "TN1", "title": "DPD", "carrier_code": "custom"}


def test_a_product_is_told_when_it_is_new_and_when_what_orderflow_gets_changes(
    receiver: WebhookReceiver, website: Website
) -> None:
    change = ProductChange("24-MB01", {"name": "Bag"}, website_ids=[website.pk])
    save_products([change])
    [(kind, data)] = told("product")
    product = Product.objects.get()
    assert kind == "product.changed"
    assert data == {
        "product_id": product.pk,
        "sku": "24-MB01",
        "type_id": "simple",
        "website_codes": [website.code],
    }
    WebhookEvent.objects.all().delete()

    save_products([change])
    assert told("product") == [], "nothing has changed"

    save_products([ProductChange("24-MB01", {"name": "Sack"})])
    Product.objects.update(price=5)
    product.refresh_from_db()
    product.sku = "24-MB02"
    product.save()

    [(_, data)] = told("product")
    assert data["sku"] == "24-MB02", "the newest takes the place of those that wait"
    assert WebhookEvent.objects.get().reference == "24-MB02"


def test_a_product_that_somebody_exports_again_has_not_changed(orderflow: FakeOrderFlow) -> None:
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    make_receiver(website, events=ALL)

    export_now(Entity.PRODUCT, [product.pk])

    assert told("product") == []


def test_a_product_that_orderflow_fetches_is_told(orderflow: FakeOrderFlow) -> None:
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    make_receiver(website, events=["product.exported"])

    fetch_product(product.sku, caller=ORDERFLOW)

    [(kind, data)] = told("product")
    assert (kind, data["sku"], data["website_codes"]) == (
        "product.exported",
        product.sku,
        [website.code],
    )
    assert data["exported_at"].endswith("Z")


@pytest.mark.parametrize("is_by_hand", [False, True], ids=["by the job", "by hand"])
def test_a_product_that_is_pushed_and_taken_is_told(
    orderflow: FakeOrderFlow, *, is_by_hand: bool
) -> None:
    website = make_shop(orderflow, products={"mode": ExportMode.PUSH})
    taken, known, refused = make_due_products(website, 3)
    make_receiver(website, events=ALL)
    body = report(taken=[taken.sku], known=[known.sku], refused=[refused.sku])
    orderflow.answers = [Answer(body=body)]

    if is_by_hand:
        export_now(Entity.PRODUCT, [taken.pk, known.pk, refused.pk])
    else:
        export_products_create()

    events = told("product")
    assert {kind for kind, _ in events} == {"product.exported"}
    assert [data["sku"] for _, data in events] == [taken.sku, known.sku]


def test_problems_are_told_when_they_open_and_when_they_end(website: Website) -> None:
    make_receiver(events=ALL)
    finding = Finding(OVERSOLD, "24-MB01", "3 units are missing.", website_id=website.pk)

    raise_problems([finding])
    raise_problems([finding])
    end_problems(OVERSOLD)

    (opened, what), (resolved, end) = told("problem")
    assert (opened, resolved) == ("problem.opened", "problem.resolved")
    assert (what["kind"], what["severity"], what["subject"]) == ("oversold", "warning", "24-MB01")
    assert (what["website_code"], what["resolved_at"]) == (website.code, None)
    assert what["problem_id"] == end["problem_id"]
    assert end["resolved_at"]


def test_problems_are_filtered_by_kind_severity_and_website(website: Website) -> None:
    other = make_website()
    make_receiver(
        website, events=ALL, filter=Filter(problem_kinds=("oversold",), least_severity=2).as_json()
    )

    raise_problems(
        [
            Finding(OVERSOLD, "A", "Missing.", website_id=website.pk),
            Finding(OVERSOLD, "B", "Missing.", website_id=other.pk),
            Finding(JOB_FAILED, "C", "It failed."),
            Finding(OVERSOLD, "D", "Missing.", severity=OVERSOLD.severity.NOTICE),
            Finding(OVERSOLD, "E", "Missing."),
        ]
    )

    assert [data["subject"] for _, data in told("problem")] == ["A", "E"]


def test_what_is_rolled_back_is_not_told(receiver: WebhookReceiver, website: Website) -> None:
    order = order_on(website)

    with transaction.atomic():
        hold(order.pk)
        raise_problems([Finding(OVERSOLD, "A", "Missing.")])
        make_product("24-MB01").websites.add(website)
        transaction.set_rollback(True)

    assert told("order") == told("problem") == []


def test_where_nobody_listens_no_statement_is_made(website: Website) -> None:
    order = order_on(website)
    make_receiver(website, events=["shipment.track_added"])
    with CaptureQueriesContext(connection) as queries:
        hold(order.pk)
        settle(OVERSOLD, [Finding(OVERSOLD, "A", "Missing.")])
        save_products([ProductChange("24-MB01", {"name": "Bag"}, website_ids=[website.pk])])

    about = [each["sql"] for each in queries if "webhooks_webhookevent" in each["sql"]]
    assert about == []
