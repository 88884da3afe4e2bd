"""Push mode: the import document is sent at once, and its report settles every line."""

import pytest

from exports.cron import export_orders_create, export_products_create
from exports.models import Export
from orderflow_bridge.configuration.sections import ExportMode
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.exports.shop import lines, make_due_orders, make_due_products, make_shop, row
from tests.factories import make_address
from tests.fakes import Answer

pytestmark = pytest.mark.django_db

PUSH = {"mode": ExportMode.PUSH}


def report(*, taken=(), refused=(), known=()):
    """Write an import report."""
    parts = [f'<s externalReference="{each}"/>' for each in taken]
    failures = [
        f'<f externalReference="{each}"><failureMessage>No weight.</failureMessage></f>'
        for each in refused
    ]
    duplicates = [
        f'<d externalReference="{each}"><duplicateMessage>Known.</duplicateMessage></d>'
        for each in known
    ]
    return (
        f"<report><importSuccesses>{''.join(parts)}</importSuccesses>"
        f"<importFailures>{''.join(failures)}</importFailures>"
        f"<importDuplicates>{''.join(duplicates)}</importDuplicates></report>"
    ).encode()


def test_pushed_products_are_exported_as_the_report_says(orderflow):
    website = make_shop(orderflow, products=PUSH)
    taken, refused = make_due_products(website, 2)
    body = report(taken=[taken.sku], refused=[refused.sku])
    orderflow.answers = [Answer(body=body)]

    export_products_create()

    assert len(orderflow.heard) == 1
    assert row(taken, website).orderflow_export_status == "Exported"
    assert row(taken, website).orderflow_due_at is None
    assert row(refused, website).orderflow_export_status == "Failed"
    assert [(reference, result) for reference, result, _ in lines()] == [
        (taken.sku, "Success"), (refused.sku, "Failure"),
    ]  # fmt: skip
    request = Request.objects.get()
    assert bytes(request.request_body) == orderflow.heard[0].body
    assert bytes(request.response_body) == body


def test_an_order_that_orderflow_already_has_is_exported(orderflow):
    website = make_shop(orderflow, orders=PUSH)
    [order] = make_due_orders(website, 1, increment_id="000000005", items=[("24-MB01", 1)])
    for kind in ("shipping", "billing"):
        make_address(order, address_type=kind)
    orderflow.answers = [Answer(body=report(known=["000000005"]))]

    summary = export_orders_create()

    assert summary == "1 orders: 0 successes, 0 failures. OrderFlow already had 1."
    assert Order.objects.get().orderflow_export_status == "Exported"
    assert Export.objects.get().duplicates == 1
    assert [entry.comment for entry in order.status_histories.all()] == [
        "Order Exported to OrderFlow"
    ]


def test_a_report_whose_charset_stands_in_the_header_only_is_read_and_kept(orderflow):
    website = make_shop(orderflow, products=PUSH)
    [product] = make_due_products(website, 1, sku="Mü-1")
    body = report(taken=["Mü-1"]).decode().encode("latin-1")
    orderflow.answers = [Answer(body=body, content_type="text/xml;charset=ISO-8859-1")]

    export_products_create()

    assert row(product, website).orderflow_export_status == "Exported"
    assert "Mü-1" in bytes(Request.objects.get().response_body).decode()
