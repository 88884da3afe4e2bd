"""OrderFlow's fetch makes a product or an order Exported; nobody else's read does."""

from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from exports.fetching import (
    ORDERS_DISABLED,
    fetch_order,
    fetch_product,
    product_seen,
    record_seen,
)
from exports.models import Export, ExportLine
from exports.selectors import links_of_product
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.catalog.services import mark_changed
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType, Result
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.configuration.sections import OrderExport, ProductExport
from orderflow_bridge.documents.orders import order_fields
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.exports.fetching import ORDERFLOW, READS, announced_product, configure
from tests.factories import make_order, make_product, make_website

pytestmark = pytest.mark.django_db

DEVELOPER = Caller(2, "developer", READS)
SUPERUSER = Caller(3, "boss", is_superuser=True)


def _order(**values: Any) -> Order:
    return make_order(
        increment_id="000000005", **{"orderflow_export_status": ExportStatus.QUEUED, **values}
    )


def test_orderflows_fetch_of_a_product_makes_it_exported() -> None:
    product = announced_product()
    before = timezone.now()

    fetched = fetch_product("24-MB01", caller=ORDERFLOW)

    assert fetched.refusal == ""
    link = product.website_links.get()
    assert link.orderflow_export_status == ExportStatus.EXPORTED
    assert before <= link.orderflow_export_date <= timezone.now()
    assert link.orderflow_due_at is None
    assert link.orderflow_attempts == 0
    product.refresh_from_db()
    assert product.orderflow_export_status == ExportStatus.EXPORTED
    assert product.orderflow_export_date == link.orderflow_export_date


def test_the_answer_shows_the_status_before_the_fetch() -> None:
    announced_product()
    order = _order()

    product_document = fetch_product("24-MB01", caller=ORDERFLOW).document
    order_document = fetch_order(order.pk, caller=ORDERFLOW).document

    attributes = {e["attribute_code"]: e["value"] for e in product_document["custom_attributes"]}
    assert attributes["orderflow_export_status"] == "Queued"
    assert order_document["extension_attributes"]["orderflow_export_status"] == "Queued"


def test_orderflows_fetch_of_an_order_makes_it_exported() -> None:
    order = _order()

    fetch_order(order.pk, caller=ORDERFLOW)

    order.refresh_from_db()
    assert order.orderflow_export_status == ExportStatus.EXPORTED
    assert order.orderflow_export_date is not None
    assert order.orderflow_due_at is None


def test_the_orders_history_says_once_that_it_was_exported(boss: Client) -> None:
    order = _order()

    for _ in range(2):
        fetch_order(order.pk, caller=ORDERFLOW)

    histories = order_fields(Order.objects.get(pk=order.pk))["status_histories"]
    assert [entry["comment"] for entry in histories] == ["Order Exported to OrderFlow"]
    page = boss.get(f"/admin/sales/order/{order.pk}/change/").content.decode()
    assert page.count("Order Exported to OrderFlow") == 1


def test_a_fetch_that_does_not_count_leaves_no_comment() -> None:
    order = _order()
    configure(OrderExport, is_enabled=False)

    fetch_order(order.pk, caller=ORDERFLOW)
    fetch_order(order.pk, caller=DEVELOPER)

    assert not order.status_histories.exists()


def test_a_fetch_is_recorded_with_both_messages() -> None:
    order = _order()

    fetched = fetch_order(order.pk, caller=ORDERFLOW, body=b"<raw/>")

    request = Request.objects.get()
    assert (request.type, request.entity, request.operation) == (
        RequestType.EXPORT,
        Entity.ORDER,
        Operation.EXPORT,
    )
    assert bytes(request.request_body) == b"<raw/>"
    assert orjson.loads(bytes(request.response_body)) == fetched.document
    assert request.lines == [{"increment_id": "000000005"}]
    assert request.processed_at is not None
    assert request.received_by == "orderflow"
    export = Export.objects.get()
    assert export.request_id == request.pk
    assert export.website == request.website == order.website
    assert (export.successes, export.failures) == (1, 0)
    line = export.lines.get()
    assert (line.result, line.reference) == (Result.SUCCESS, "000000005")
    assert line.reason == "Order successfully exported."


def test_a_products_record_names_its_first_exporting_website() -> None:
    off, first, second = (make_website(sort_order=number) for number in range(3))
    configure(ProductExport, off, is_enabled=False)
    announced_product(second, off, first)

    fetch_product("24-MB01", caller=ORDERFLOW)

    line = ExportLine.objects.select_related("parent").get()
    assert line.parent.website == first
    assert line.reason == "Product successfully exported."
    statuses = dict(ProductWebsite.objects.values_list("website_id", "orderflow_export_status"))
    assert statuses == {off.pk: "Queued", first.pk: "Exported", second.pk: "Exported"}


@pytest.mark.parametrize("caller", [DEVELOPER, SUPERUSER], ids=lambda caller: caller.username)
def test_anybody_elses_read_changes_nothing(caller: Caller) -> None:
    product = announced_product()
    order = _order()
    rows = list(ProductWebsite.objects.values())

    assert fetch_product("24-MB01", caller=caller).document["sku"] == "24-MB01"
    assert fetch_order(order.pk, caller=caller).document["increment_id"] == "000000005"

    assert list(ProductWebsite.objects.values()) == rows
    product.refresh_from_db()
    order.refresh_from_db()
    assert product.orderflow_export_status == order.orderflow_export_status == "Queued"
    assert not Request.objects.exists()
    assert not Export.objects.exists()


def test_a_superuser_with_the_right_of_its_own_is_the_integration() -> None:
    announced_product()

    fetch_product("24-MB01", caller=Caller(4, "root", ORDERFLOW.rights, is_superuser=True))

    assert ExportLine.objects.get().result == Result.SUCCESS


def test_a_second_fetch_is_recorded_again_and_renews_the_date() -> None:
    order = _order()
    fetch_order(order.pk, caller=ORDERFLOW)
    first = Order.objects.get().orderflow_export_date

    document = fetch_order(order.pk, caller=ORDERFLOW).document

    order.refresh_from_db()
    assert order.orderflow_export_status == ExportStatus.EXPORTED
    assert first is not None
    assert order.orderflow_export_date is not None
    assert order.orderflow_export_date > first
    assert Export.objects.count() == 2
    assert document["extension_attributes"]["orderflow_export_status"] == "Exported"


@pytest.mark.parametrize("status", ["Pending", "Queued", "Failed", "Exported"])
def test_a_fetch_makes_exported_from_any_export_state(status: str) -> None:
    product = announced_product(status=status)

    fetch_product("24-MB01", caller=ORDERFLOW)

    assert product.website_links.get().orderflow_export_status == "Exported"


def test_a_cancelled_order_stays_cancelled() -> None:
    order = _order(orderflow_export_status=ExportStatus.CANCELLED)

    fetch_order(order.pk, caller=ORDERFLOW)

    order.refresh_from_db()
    assert order.orderflow_export_status == ExportStatus.CANCELLED


def test_a_product_in_no_exporting_website_is_refused_and_the_failure_recorded() -> None:
    configure(ProductExport, is_enabled=False)
    product = announced_product()
    text = "Product '24-MB01' is not in any product export enabled websites"

    fetched = fetch_product("24-MB01", caller=ORDERFLOW)

    assert fetched.refusal == text
    assert product.website_links.get().orderflow_export_status == "Queued"
    line = ExportLine.objects.select_related("parent").get()
    assert (line.result, line.reason) == (Result.FAILURE, text)
    assert line.parent.website is None
    assert line.parent.failures == 1


def test_a_product_in_no_website_at_all_is_refused_likewise() -> None:
    make_product("24-MB01")

    assert fetch_product("24-MB01", caller=ORDERFLOW).refusal
    assert fetch_product("24-MB01", caller=DEVELOPER).refusal == ""
    assert ExportLine.objects.get().result == Result.FAILURE


def test_with_order_export_off_the_order_is_answered_and_the_failure_recorded() -> None:
    order = _order()
    configure(OrderExport, order.website, is_enabled=False)

    fetched = fetch_order(order.pk, caller=ORDERFLOW)

    assert fetched.document["increment_id"] == "000000005"
    assert fetched.refusal == ""
    order.refresh_from_db()
    assert order.orderflow_export_status == "Queued"
    line = ExportLine.objects.get()
    assert (line.result, line.reason) == (Result.FAILURE, ORDERS_DISABLED)


def test_what_does_not_exist_is_refused_in_magentos_words_and_not_recorded() -> None:
    with pytest.raises(NoSuchEntity, match="The product that was requested doesn't exist"):
        fetch_product("gone", caller=ORDERFLOW)
    with pytest.raises(NoSuchEntity, match="The entity that was requested doesn't exist"):
        fetch_order(10**17, caller=ORDERFLOW)

    assert not Request.objects.exists()


def test_a_change_made_while_orderflow_reads_stays_pending() -> None:
    product = announced_product()
    seen = product_seen("24-MB01", links_of_product("24-MB01"))
    mark_changed([product.pk])

    line = record_seen(seen, body=b"", response=b"", received_by="orderflow")

    assert line.result == Result.SUCCESS
    link = product.website_links.get()
    assert link.orderflow_export_status == ExportStatus.PENDING
    assert link.orderflow_due_at is not None
    product.refresh_from_db()
    assert product.orderflow_export_status == ExportStatus.PENDING


def test_a_row_that_changed_meanwhile_keeps_the_product_pending() -> None:
    first, second = make_website(), make_website()
    product = announced_product(first, second)
    seen = product_seen("24-MB01", links_of_product("24-MB01"))
    ProductWebsite.objects.filter(website=second).mark_pending()

    record_seen(seen, body=b"", response=b"", received_by="orderflow")

    statuses = dict(product.website_links.values_list("website_id", "orderflow_export_status"))
    assert statuses == {first.pk: "Exported", second.pk: "Pending"}
    product.refresh_from_db()
    assert product.orderflow_export_status == "Pending"
