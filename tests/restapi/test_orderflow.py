"""The REST twins of OrderFlow's SOAP calls: what is stored and answered."""

import json
from typing import Any

import orjson
import pytest

from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_store
from tests.restapi.conftest import Post

pytestmark = pytest.mark.django_db

INVENTORY_PATH = "/rest/V1/orderflow/inventory/"
SHIPMENT_PATH = "/rest/V1/orderflow/shipment/"

INVENTORY: dict[str, Any] = {
    "productQtys": [{"sku": "24-MB01", "qty": "90"}],
    "productSeqs": [{"sku": "24-MB01", "seq": "507", "lastOrderExported": "2017-03-22 15:25:16"}],
    "messageSeqId": 71,
}
SHIPMENT: dict[str, Any] = {
    "orderIncrementId": "000000005",
    "skuQty": [{"sku": "24-MB01", "qty": "1", "source": "default"}],
    "tracks": [{"trackingNumber": "T1"}, {"trackingNumber": "T2"}],
    "comment": "Sent",
    "email": "1",
    "includeComment": "0",
    "courierName": "UPS",
    "serviceName": "Next Day",
    "trackingNumber": "T1",
    "dateShipped": "2017-03-22",
    "messageSeqId": "38",
}


def test_a_stock_message_is_queued_and_acknowledged(post: Post, token: str) -> None:
    answer = post(INVENTORY_PATH, INVENTORY, token)

    assert (answer.status_code, answer.json()) == (200, "Success - Message 71 Received")
    queued = Request.objects.get()
    assert (queued.type, queued.entity, queued.operation) == (
        RequestType.IMPORT,
        Entity.INVENTORY,
        Operation.UPDATE,
    )
    assert queued.message_id == "71"
    assert queued.lines == [["24-MB01", "90", None, "507", "2017-03-22 15:25:16"]]
    assert queued.received_by == "orderflow"
    assert queued.processed_at is None


def test_the_body_is_kept_as_it_came(post: Post, token: str) -> None:
    raw = b' { "messageSeqId" : "71", "productSeqs":[], "productQtys":[{"sku":"A"}],"other":1 }\n'

    post(INVENTORY_PATH, raw, token)

    assert bytes(Request.objects.get().request_body or b"") == raw


def test_a_despatch_is_queued_and_acknowledged(post: Post, token: str) -> None:
    answer = post(SHIPMENT_PATH, SHIPMENT, token)

    assert (answer.status_code, answer.json()) == (200, "Success - Message 38 Received")
    queued = Request.objects.get()
    assert (queued.entity, queued.operation) == (Entity.SHIPMENT, Operation.CREATE)
    expected = {**SHIPMENT, "skuQtys": SHIPMENT["skuQty"], "sequenceId": "38"}
    del expected["skuQty"], expected["messageSeqId"]
    assert queued.lines == [expected]


def test_a_despatch_needs_only_its_order(post: Post, token: str) -> None:
    answer = post(SHIPMENT_PATH, {"orderIncrementId": "000000005", "messageSeqId": 38}, token)

    assert answer.status_code == 200
    [despatch] = Request.objects.get().lines
    assert (despatch["skuQtys"], despatch["tracks"], despatch["email"]) == ([], [], None)


def test_a_despatch_without_a_number_is_acknowledged_with_a_gap(post: Post, token: str) -> None:
    answer = post(SHIPMENT_PATH, {"orderIncrementId": "000000005"}, token)

    assert answer.json() == "Success - Message  Received"


@pytest.mark.parametrize(
    ("qty", "stored"),
    [
        (90, "90"),
        ("90", "90"),
        (90.0, "90"),
        (1.5, "1.5"),
        (-3, "-3"),
        (1e-7, "0.0000001"),
        ("abc", "abc"),
        ("", ""),
        (None, None),
    ],
)
def test_a_quantity_may_be_a_number_or_a_text(
    post: Post, token: str, qty: Any, stored: str | None
) -> None:
    answer = post(INVENTORY_PATH, {**INVENTORY, "productQtys": [{"sku": "A", "qty": qty}]}, token)

    assert answer.status_code == 200
    assert Request.objects.get().lines == [["A", stored, None, None, None]]


@pytest.mark.parametrize(("switch", "stored"), [(True, "1"), (False, "0"), (1, "1"), ("0", "0")])
def test_a_switch_may_be_a_json_boolean(post: Post, token: str, switch: Any, stored: str) -> None:
    post(SHIPMENT_PATH, {**SHIPMENT, "email": switch, "includeComment": switch}, token)

    [despatch] = Request.objects.get().lines
    assert (despatch["email"], despatch["includeComment"]) == (stored, stored)


def test_names_in_snake_case_are_understood(post: Post, token: str) -> None:
    body = {
        "product_qtys": [{"sku": "A", "qty": 1}],
        "product_seqs": [{"sku": "A", "seq": 2, "last_order_exported": "2017-03-22 15:25:16"}],
        "message_seq_id": 71,
    }
    despatch = {"order_increment_id": "5", "sku_qty": [], "tracks": [{"tracking_number": "T"}]}

    assert post(INVENTORY_PATH, body, token).status_code == 200
    assert post(SHIPMENT_PATH, despatch, token).status_code == 200

    stock, shipment = Request.objects.order_by("id")
    assert stock.lines == [["A", "1", None, "2", "2017-03-22 15:25:16"]]
    assert shipment.lines[0]["tracks"] == [{"trackingNumber": "T"}]


def test_unknown_members_are_ignored(post: Post, token: str) -> None:
    body = {**INVENTORY, "sessionId": ["whatever"], "productQtys": [{"sku": "A", "colour": {}}]}

    assert post(INVENTORY_PATH, body, token).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/rest/V1/orderflow/inventory",
        "/rest/V1/orderflow/inventory/",
        "/rest/all/V1/orderflow/inventory/",
        "/rest/uk_store/V1/orderflow/inventory",
        "/index.php/rest/V1/orderflow/inventory/",
        "/rest/V1/orderflow/inventory/?anything=1&format=xml",
    ],
)
def test_the_route_is_found_with_any_store_and_with_or_without_a_slash(
    post: Post, token: str, path: str
) -> None:
    make_store(code="uk_store")

    assert post(path, INVENTORY, token).status_code == 200


def test_a_message_delivered_twice_is_acknowledged_twice(post: Post, token: str) -> None:
    answers = {post(INVENTORY_PATH, INVENTORY, token).json() for _ in range(2)}

    assert answers == {"Success - Message 71 Received"}
    assert Request.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"messageSeqId": None}, "messageSeqId"),
        ({"productQtys": None}, "productQtys"),
        ({"productSeqs": None}, "productSeqs"),
        ({"productQtys": [{"sku": "A"}, {"qty": 1}]}, "productQtys[1].sku"),
        ({"productSeqs": [{"seq": 1}]}, "productSeqs[0].sku"),
    ],
)
def test_a_missing_member_of_a_stock_message_is_named(
    post: Post, token: str, change: dict[str, Any], field: str
) -> None:
    answer = post(INVENTORY_PATH, {**INVENTORY, **change}, token)

    assert answer.status_code == 400
    assert answer.json() == {
        "message": '"%fieldName" is required. Enter and try again.',
        "parameters": {"fieldName": field},
    }
    assert not Request.objects.exists()


def test_all_missing_members_are_named_together(post: Post, token: str) -> None:
    answer = post(INVENTORY_PATH, {}, token)

    assert answer.status_code == 400
    assert answer.json()["message"] == "One or more input exceptions have occurred."
    assert [error["parameters"]["fieldName"] for error in answer.json()["errors"]] == [
        "messageSeqId",
        "productQtys",
        "productSeqs",
    ]


@pytest.mark.parametrize("body", [{}, {"orderIncrementId": None}, {"messageSeqId": 38}])
def test_a_despatch_without_its_order_is_refused(post: Post, token: str, body: Any) -> None:
    answer = post(SHIPMENT_PATH, body, token)

    assert answer.status_code == 400
    assert answer.json()["parameters"] == {"fieldName": "orderIncrementId"}
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"messageSeqId": "seventy-one"}, "messageSeqId", "int"),
        ({"messageSeqId": -1}, "messageSeqId", "int"),
        ({"messageSeqId": ""}, "messageSeqId", "int"),
        ({"messageSeqId": 10**18 * 99}, "messageSeqId", "string"),
        ({"messageSeqId": [71]}, "messageSeqId", "string"),
        ({"productQtys": {"sku": "A"}}, "productQtys", "array"),
        ({"productQtys": "A"}, "productQtys", "array"),
        ({"productQtys": ["A"]}, "productQtys[0]", "object"),
        ({"productQtys": [{"sku": ["A"]}]}, "productQtys[0].sku", "string"),
        ({"productQtys": [{"sku": 24.1}]}, "productQtys[0].sku", "string"),
        ({"productQtys": [{"sku": "A\0"}]}, "productQtys[0].sku", "string"),
        ({"productQtys": [{"sku": "A", "qty": []}]}, "productQtys[0].qty", "string"),
        ({"productQtys": [{"sku": "A", "qty": True}]}, "productQtys[0].qty", "string"),
        ({"productQtys": [{"sku": "A", "qty": 1e300}]}, "productQtys[0].qty", "string"),
        ({"productSeqs": [{"sku": "A", "seq": {}}]}, "productSeqs[0].seq", "string"),
    ],
)
def test_a_member_of_a_wrong_type_is_named(
    post: Post, token: str, change: dict[str, Any], field: str, expected: str
) -> None:
    answer = post(INVENTORY_PATH, {**INVENTORY, **change}, token)

    assert answer.status_code == 400
    assert answer.json()["parameters"] == {"fieldName": field, "type": expected}
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"skuQty": "A"}, "skuQty"),
        ({"tracks": [["T"]]}, "tracks[0]"),
        ({"tracks": [{"trackingNumber": {}}]}, "tracks[0].trackingNumber"),
        ({"email": []}, "email"),
        ({"comment": {"text": "x"}}, "comment"),
        ({"orderIncrementId": False}, "orderIncrementId"),
    ],
)
def test_a_member_of_a_despatch_of_a_wrong_type_is_named(
    post: Post, token: str, change: dict[str, Any], field: str
) -> None:
    answer = post(SHIPMENT_PATH, {**SHIPMENT, **change}, token)

    assert answer.status_code == 400
    assert answer.json()["parameters"]["fieldName"] == field
    assert not Request.objects.exists()


def test_a_message_number_too_long_to_be_kept_is_refused(post: Post, token: str) -> None:
    answer = post(SHIPMENT_PATH, {**SHIPMENT, "messageSeqId": "x" * 151}, token)

    assert answer.status_code == 400
    assert "messageSeqId" in answer.json()["message"]
    assert not Request.objects.exists()


def test_text_of_any_language_arrives_unchanged(post: Post, token: str) -> None:
    body = orjson.dumps({**SHIPMENT, "comment": "Grüße 🚚"})
    escaped = json.dumps({**SHIPMENT, "comment": "Grüße 🚚"}).encode()

    post(SHIPMENT_PATH, body, token)
    post(SHIPMENT_PATH, escaped, token)

    assert [request.lines[0]["comment"] for request in Request.objects.all()] == ["Grüße 🚚"] * 2
