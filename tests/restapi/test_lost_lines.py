"""OrderFlow's messages by REST: nothing of one is lost, or it is refused."""

from typing import Any

import pytest

from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.factories import make_source_item, make_store
from tests.restapi.conftest import Post
from tests.restapi.shop import Script, an_order
from tests.restapi.test_orderflow import INVENTORY, INVENTORY_PATH, SHIPMENT, SHIPMENT_PATH

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("quantities", [[], None])
def test_a_stock_message_without_lines_is_refused(post: Post, token: str, quantities: Any) -> None:
    answer = post(INVENTORY_PATH, {**INVENTORY, "productQtys": quantities}, token)

    assert answer.status_code == 400
    assert not Request.objects.exists()


_ORDER = '"orderIncrementId": "5", "messageSeqId": "1"'
_LINE = '[{"sku": "A", "qty": 1}]'


@pytest.mark.parametrize(
    "body",
    [
        f'{{{_ORDER}, "skuQty": {_LINE}, "skuQty": []}}',
        f'{{{_ORDER}, "skuQty": {_LINE}, "sku_qty": []}}',
        f'{{{_ORDER}, "sku_qty": {_LINE}, "sku_qty": null}}',
        f'{{{_ORDER}, "orderIncrementId": "6"}}',
        f'{{{_ORDER}, "skuQtys": {_LINE}}}',
        f'{{{_ORDER}, "skuqty": {{"item": {_LINE}}}}}',
        f'{{{_ORDER}, "skuQty": [], "items": {_LINE}}}',
        f'{{{_ORDER}, "skuQty": {{}}}}',
        f'{{{_ORDER}, "skuQty": ""}}',
        f'{{{_ORDER}, "skuQty": ["A"]}}',
        f'{{{_ORDER}, "skuQty": [[{_LINE}]]}}',
        f'{{{_ORDER}, "skuQty": [{{"key": "A", "value": 1}}]}}',
        f'{{{_ORDER}, "tracks": {{"trackingNumber": "T"}}}}',
        f'{{{_ORDER}, "SkuQty": [{{"Sku": "A", "Qty": 1}}]}}',
        f'{{{_ORDER}, "sku-qty": []}}',
        f'{{{_ORDER}, "items": [{{"product": "A", "count": 1}}]}}',
        f'{{{_ORDER}, "arguments": {{"extension_attributes": {{"source_code": "north"}}}}}}',
        f'{{{_ORDER}, "skuQty": [{{"sku": "A", "qty": 1, "Source": "north"}}]}}',
        f'{{{_ORDER}, "skuQty": [{{"sku": "A", "sku": "B", "qty": 1}}]}}',
        f'{{{_ORDER}, "skuQty": {_LINE}, "sku\\u0051ty": []}}',
        f'{{{_ORDER}, "TrackingNumber": "T"}}',
        f'{{{_ORDER}, "trackingNumber": "T", "tracking_number": "U"}}',
        f'{{{_ORDER}, "order_increment_id": "6"}}',
        f'{{{_ORDER}, "tracks": [{{"track_number": "T"}}]}}',
    ],
)
def test_a_despatch_of_which_something_would_be_lost_is_refused(
    post: Post, token: str, body: str
) -> None:
    answer = post(SHIPMENT_PATH, body.encode(), token)

    assert answer.status_code == 400
    assert not Request.objects.exists()


@pytest.mark.parametrize("units", ["", ', "skuQty": null', ', "skuQty": []'])
def test_a_despatch_ships_everything_only_without_a_list(
    post: Post, token: str, units: str
) -> None:
    assert post(SHIPMENT_PATH, f"{{{_ORDER}{units}}}".encode(), token).status_code == 200

    assert Request.objects.get().lines[0]["skuQtys"] == []


def test_a_name_that_comes_twice_in_a_message_is_no_member_twice(post: Post, token: str) -> None:
    despatch = {**SHIPMENT, "comment": "tracks", "courierName": "skuQty", "serviceName": "skuQty"}

    assert post(SHIPMENT_PATH, despatch, token).status_code == 200


def test_a_misspelt_time_of_a_stock_line_is_refused(post: Post, token: str) -> None:
    lines = [{"sku": "24-MB01", "seq": 1, "lastorderexported": "2026-01-01"}]

    answer = post(INVENTORY_PATH, {**INVENTORY, "productSeqs": lines}, token)

    assert answer.status_code == 400
    assert answer.json()["parameters"] == {"fieldName": "productSeqs[0].lastorderexported"}
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        '{"orderIncrementId" : "5", "x": ' + "[" * 500 + "]" * 500 + "}",
        '{"orderIncrementId": "5", "skuQty": ' + '{"a":' * 101 + "1" + "}" * 102,
    ],
)
def test_a_body_nested_too_deeply_is_refused_in_words(post: Post, token: str, body: str) -> None:
    answer = post(SHIPMENT_PATH, body.encode(), token)

    assert answer.status_code == 400
    assert answer.json()["message"] == "Decoding error: the body is nested too deeply."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Items", '"%fieldName" is not known here. Is "items" meant?'),
        ("lines", '"%fieldName" is not known here, yet it may hold lines.'),
        ("entity", '"%fieldName" is not known here, yet it may hold lines.'),
    ],
)
@pytest.mark.parametrize("action", ["ship", "invoice", "refund"])
def test_who_names_items_otherwise_does_not_mean_all_of_an_order(
    script: Script, action: str, name: str, said: str
) -> None:
    make_store()
    make_source_item("A", 5)
    order = script.post("orders", an_order({"sku": "A", "qty_ordered": 5, "price": 1}))
    path = f"order/{order['entity_id']}"
    if action == "refund":
        script.post(f"{path}/invoice")
    items = [{"order_item_id": order["items"][0]["item_id"], "qty": 1}]

    assert script.refused("POST", f"{path}/{action}", {name: items}) == said

    row = Order.objects.get().items.get()
    assert (row.qty_shipped, row.qty_refunded) == (0, 0)
    assert row.qty_invoiced == (5 if action == "refund" else 0)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"OrderIncrementId": "5"}, "orderIncrementId"),
        ({"orderIncrementId": "5", "skuQty": [{"Sku": "A", "qty": 1}]}, "skuQty[0].sku"),
    ],
)
def test_what_is_required_is_asked_for_in_magentos_words(
    post: Post, token: str, body: dict[str, Any], field: str
) -> None:
    answer = post(SHIPMENT_PATH, body, token)

    assert answer.json() == {
        "message": '"%fieldName" is required. Enter and try again.',
        "parameters": {"fieldName": field},
    }
