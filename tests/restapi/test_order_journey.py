"""An order that a script placed, on its way to OrderFlow and back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from exports.cron import export_orders_create
from imports.services import process_imports
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, ORDERS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.sales.models import Order
from tests.carts import make_sold, quantities
from tests.exports.shop import make_shop, told
from tests.factories import make_store, make_user
from tests.fakes import Answer, FakeOrderFlow
from tests.restapi.shop import Script, an_order
from tests.soapapi.posting import ORDERS, call, post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    with FakeOrderFlow().running() as fake:
        yield fake


@pytest.fixture
def placed(script: Script, orderflow: FakeOrderFlow) -> dict[str, Any]:
    """Place an order of three A on a website that exports orders; return its document."""
    website = make_shop(orderflow, orders={"exportable_status": ("pending", "processing")})
    store = make_store(website)
    make_sold("A", 10, store=store, price=10)
    item = {"sku": "A", "qty_ordered": 3}
    document: dict[str, Any] = script.post("orders", an_order(item, store_id=store.pk))
    return document


def export_state() -> str:
    return Order.objects.get().orderflow_export_status


def fetch(client: Client, order_id: int) -> dict[str, Any]:
    """Fetch an order as OrderFlow does; return its simple fields."""
    user = make_user("orderflow", rights=[ORDERFLOW_IMPORT, ORDERS_VIEW])
    body = call(ORDERS, "Get", f"<id>{order_id}</id>", token=grant_token(user))
    result = etree.fromstring(post(client, body).content).find(".//{*}result")
    assert result is not None
    return {element.tag: element.text for element in result.iter()}


def test_it_is_announced_by_the_job_and_fetched_with_its_fields(
    client: Client, orderflow: FakeOrderFlow, placed: dict[str, Any]
) -> None:
    export_orders_create()
    assert told(orderflow) == [placed["increment_id"]]
    assert export_state() == "Queued"

    fetched = fetch(client, placed["entity_id"])

    assert export_state() == "Exported"
    assert fetched["incrementId"] == placed["increment_id"]
    assert (fetched["grandTotal"], fetched["customerEmail"]) == ("35", placed["customer_email"])
    assert (fetched["sku"], fetched["qtyOrdered"], fetched["rowTotal"]) == ("A", "3", "30")
    assert (fetched["postcode"], fetched["method"]) == ("49628-7978", "flatrate_flatrate")
    assert fetched["shippingDescription"] == "Flat Rate - Fixed"


def test_reading_it_by_rest_leaves_it_queued(script: Script, placed: dict[str, Any]) -> None:
    export_orders_create()

    script.get(f"orders/{placed['entity_id']}")

    assert export_state() == "Queued"


def test_what_orderflow_despatches_is_read_by_the_script(
    script: Script, placed: dict[str, Any]
) -> None:
    despatch = {
        "orderIncrementId": placed["increment_id"],
        "skuQty": [{"sku": "A", "qty": 3}],
        "courierName": "DPD",
        "trackingNumber": "15501234",
        "messageSeqId": 38,
    }
    script.post("orderflow/shipment", despatch)
    process_imports(Entity.SHIPMENT)

    found = script.get("shipments?searchCriteria")

    [shipment] = found["items"]
    assert (shipment["order_id"], shipment["total_qty"]) == (placed["entity_id"], 3)
    [track] = shipment["tracks"]
    assert (track["track_number"], track["title"]) == ("15501234", "DPD")
    assert script.get(f"orders/{placed['entity_id']}")["items"][0]["qty_shipped"] == 3
    assert quantities("A") == [7]


def test_cancelling_it_asks_orderflow_first_and_gives_the_stock_back(
    script: Script, orderflow: FakeOrderFlow, placed: dict[str, Any]
) -> None:
    export_orders_create()
    assert quantities("A") == [7]

    assert script.post(f"orders/{placed['entity_id']}/cancel") is True

    assert "cancel" in orderflow.heard[-1].path
    assert export_state() == "Cancelled"
    assert quantities("A") == [10]


def test_a_cancellation_that_orderflow_refuses_is_told_with_its_reason(
    script: Script, orderflow: FakeOrderFlow, placed: dict[str, Any]
) -> None:
    export_orders_create()
    being_packed = b"<result>No cancel operation performed: order is being packed</result>"
    orderflow.answers = [Answer(being_packed), Answer(b"<order state='packing'/>")]

    message = script.refused("POST", f"orders/{placed['entity_id']}/cancel")

    assert message.startswith("Order cancellation failed.")
    assert "being packed" in message
    assert Order.objects.get().status == "pending"
    assert quantities("A") == [7]
