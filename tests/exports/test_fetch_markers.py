"""OrderFlow may say that it has something without fetching it (docs/contract/shop-rules.md)."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from exports.fetching import mark_exported_by_reference
from exports.models import ExportLine
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_order, make_product, make_user, make_website

pytestmark = pytest.mark.django_db

NOON = datetime(2017, 3, 22, 12, 0, 7, 900_000, tzinfo=UTC)


def test_a_marked_order_is_exported_and_the_answer_is_the_time_of_receipt() -> None:
    order = make_order(increment_id="000000005")

    with time_machine.travel(NOON, tick=False):
        receipt = mark_exported_by_reference(
            Entity.ORDER, "000000005", body=b"<raw/>", received_by="orderflow"
        )

    assert receipt == "2017-03-22T12:00:07"
    order.refresh_from_db()
    assert order.orderflow_export_status == "Exported"
    assert order.orderflow_export_date == NOON
    request = Request.objects.get()
    assert request.operation == Operation.EXPORT
    assert request.lines == [{"increment_id": "000000005"}]
    assert bytes(request.response_body) == receipt.encode()


def test_a_marked_product_is_exported() -> None:
    product = make_product("24-MB01")
    ProductWebsite.objects.create(product=product, website=make_website())

    mark_exported_by_reference(Entity.PRODUCT, "24-MB01", body=b"", received_by="orderflow")

    product.refresh_from_db()
    assert product.orderflow_export_status == "Exported"
    assert ExportLine.objects.get().reason == "Product successfully exported."
    assert Request.objects.get().lines == [{"sku": "24-MB01"}]


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        (Entity.ORDER, "Order #x-1 does not exist."),
        (Entity.PRODUCT, "Product x-1 does not exist."),
    ],
)
def test_an_unknown_reference_is_a_failure_on_record(entity: Entity, reason: str) -> None:
    mark_exported_by_reference(entity, "x-1", body=b"", received_by="orderflow")

    line = ExportLine.objects.get()
    assert (line.result, line.reference, line.reason) == (Result.FAILURE, "x-1", reason)


def test_a_reference_too_long_to_be_kept_is_cut() -> None:
    mark_exported_by_reference(Entity.ORDER, "9" * 600, body=b"", received_by="orderflow")

    assert ExportLine.objects.get().reference == "9" * 150


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("noun", ["order", "product"])
def test_rest_marks_too(client: Client, noun: str, slash: str) -> None:
    order = make_order(increment_id="both")
    product = make_product("both")
    ProductWebsite.objects.create(product=product, website=make_website())
    token = grant_token(make_user(rights=[ORDERFLOW_IMPORT]))

    response = client.post(
        f"/rest/V1/orderflow/export/{noun}{slash}",
        {"reference": "both"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert response.status_code == 200
    assert datetime.fromisoformat(response.json()).tzinfo is None
    marked = order if noun == "order" else product
    marked.refresh_from_db()
    assert marked.orderflow_export_status == "Exported"
    assert ExportLine.objects.count() == 1


def test_rest_needs_the_right_and_the_reference(client: Client) -> None:
    address = "/rest/V1/orderflow/export/order"
    token = grant_token(make_user(rights=[ORDERFLOW_IMPORT]))

    guest = client.post(address, {"reference": "1"}, content_type="application/json")
    empty = client.post(
        address,
        {},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert guest.status_code == 401
    assert empty.status_code == 400
    assert empty.json()["parameters"] == {"fieldName": "reference"}
    assert not Request.objects.exists()
