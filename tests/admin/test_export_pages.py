"""What the pages tell about exports: links, export states, histories, requests."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.utils import timezone

from exports.manual import export_now
from exports.models import Export, OrderExport, ProductExport
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType
from orderflow_bridge.configuration.sections import AdminInfo, Api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import DeletedOrder, Order
from tests.configuration.storing import store
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row
from tests.factories import make_website
from tests.fakes import Answer

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/catalog/product/"
ORDERS = "/admin/sales/order/"


def read(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def hrefs(answer) -> list[str]:
    return [str(link.get("href")) for link in read(answer).select("#content-main a")]


def let_orderflow_fetch() -> None:
    """Let OrderFlow have got every product and order."""
    fetched = {"orderflow_export_status": "Exported", "orderflow_export_date": timezone.now()}
    ProductWebsite.objects.update(**fetched)
    Order.objects.update(**fetched)


def test_the_products_page_leads_to_both_pages_of_orderflow(boss, orderflow):
    [product] = make_due_products(make_shop(orderflow, channel="a b&c"), 1, sku="24 MB/01")
    let_orderflow_fetch()

    found = hrefs(boss.get(f"{PRODUCTS}{product.pk}/change/"))

    query = "externalReference=24%20MB%2F01&channel=a%20b%26c"
    assert f"{orderflow.endpoint}inventory/inventory/referenceDetail.htm?{query}" in found
    assert f"{orderflow.endpoint}inventory/product/referenceDetail.htm?{query}" in found


def test_an_endpoint_without_its_last_slash_gives_the_same_link(boss, orderflow):
    website = make_shop(orderflow, api={"endpoint": orderflow.endpoint.rstrip("/")})
    [order] = make_due_orders(website, 1, increment_id="000000005")
    let_orderflow_fetch()

    found = hrefs(boss.get(f"{ORDERS}{order.pk}/change/"))

    assert (
        f"{orderflow.endpoint}despatch/order/referenceDetail.htm"
        "?externalReference=000000005&channel=magento"
    ) in found


def test_each_website_leads_to_its_own_orderflow(boss, orderflow):
    make_shop(orderflow, channel="first")
    second = make_shop(orderflow, channel="second")
    [order] = make_due_orders(second, 1)
    let_orderflow_fetch()

    text = boss.get(f"{ORDERS}{order.pk}/change/").content.decode()

    assert "channel=second" in text
    assert "channel=first" not in text


def test_without_admin_information_no_page_leads_to_orderflow(boss, orderflow):
    website = make_shop(orderflow)
    [product], [order] = make_due_products(website, 1), make_due_orders(website, 1)
    let_orderflow_fetch()
    write_settings(AdminInfo, {"is_enabled": False})

    pages = [
        boss.get(address).content.decode()
        for address in (f"{PRODUCTS}{product.pk}/change/", f"{ORDERS}{order.pk}/change/")
    ]

    assert not any(orderflow.endpoint in page or "Please Note" in page for page in pages)


def test_only_web_addresses_become_links(boss, orderflow):
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1)
    store(Api, website, endpoint="javascript:alert(1)//")
    let_orderflow_fetch()

    found = hrefs(boss.get(f"{ORDERS}{order.pk}/change/"))

    assert not any("javascript:alert" in (href or "") for href in found)


def test_the_products_page_tells_where_it_stands_on_each_website(boss, orderflow):
    first, second = make_shop(orderflow), make_website(name="Wholesale")
    [product] = make_due_products(first, 1)
    product.websites.add(second)
    ProductWebsite.objects.filter(website=first).update(
        orderflow_export_status=ExportStatus.FAILED,
        orderflow_last_error="OrderFlow answered with status 500.",
        orderflow_attempts=3,
        orderflow_due_at=None,
    )

    text = read(boss.get(f"{PRODUCTS}{product.pk}/change/")).get_text(" ", strip=True)

    for words in ("Wholesale", "OrderFlow answered with status 500.", "Never: given up"):
        assert words in text


def test_the_orderflow_tab_tells_status_notes_and_notice(boss, orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1)
    Order.objects.update(orderflow_notice="OrderFlow was not told: the order was put on hold.")

    tab = read(boss.get(f"{ORDERS}{order.pk}/change/")).select_one("#orderflow").get_text(" ")

    for words in ("Please Note", "Export Status", "Pending", "N/A", "put on hold", "split"):
        assert words in tab


def test_an_exported_product_has_the_guides_two_rows(boss, orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1, sku="24-MB01")
    export_now(Entity.PRODUCT, [product.pk])
    fetched = Export.objects.create(
        entity=Entity.PRODUCT, operation=Operation.EXPORT, successes=1, message_id="m2"
    )
    fetched.lines.create(reference="24-MB01", result=1, reason="Product successfully exported.")

    rows = read(boss.get("/admin/exports/productexport/")).select("#result_list tbody tr")
    cells = [row.get_text(" ", strip=True) for row in rows]

    assert [("Queue" in cell, "OrderFlow" in cell) for cell in cells] == [
        (False, True),
        (True, False),
    ]
    assert website.name in cells[1]


def test_a_line_shows_what_was_sent_and_what_came_back(boss, orderflow):
    [product] = make_due_products(make_shop(orderflow), 1, sku="24-MB01")
    orderflow.answers = [Answer(body=b"<html><script>x</script></html>", status=500)]
    export_now(Entity.PRODUCT, [product.pk])
    report = ProductExport.objects.get()

    answer = boss.get(f"/admin/exports/productexport/{report.pk}/change/")
    line = read(answer).select_one("#lines tbody tr")

    assert [cell["data-label"] for cell in line.select("td")] == [
        "Choose", "SKU", "Result", "Operation", "Message", "Processed",
    ]  # fmt: skip
    sent = line.select_one("details pre").get_text()
    assert "24-MB01" in sent
    assert b"<script>x" not in answer.content
    assert line.select_one('td[data-label="Operation"]').get_text() == "Queue"


def test_failed_lines_of_an_export_are_requeued(boss, orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    orderflow.answers = [Answer(status=500)]
    export_now(Entity.PRODUCT, [product.pk])
    report = ProductExport.objects.get()

    answer = boss.post(f"/admin/exports/productexport/{report.pk}/requeue/")

    assert texts(answer) == ["1 product(s) have been requeued. The next export run announces them."]
    export_state = row(product, website)
    assert (export_state.orderflow_export_status, export_state.orderflow_attempts) == ("Pending", 0)
    assert export_state.orderflow_due_at <= timezone.now()


def test_the_report_of_an_order_leads_to_the_order_and_to_the_request(boss, orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, increment_id="000000005")
    export_now(Entity.ORDER, [order.pk])
    report = OrderExport.objects.get()

    found = hrefs(boss.get(f"/admin/exports/orderexport/{report.pk}/change/"))

    assert "/admin/sales/order/by-number/000000005/" in found
    assert f"/admin/exports/exportrequest/{report.request_id}/change/" in found


def test_a_request_shows_what_became_of_each_line(boss, orderflow):
    [product] = make_due_products(make_shop(orderflow), 1, sku="24-MB01")
    export_now(Entity.PRODUCT, [product.pk], by="anna")
    request = Request.objects.get()

    page = read(boss.get(f"/admin/exports/exportrequest/{request.pk}/change/"))
    line = page.select_one("#lines tbody tr")
    cells = {cell["data-label"]: cell.get_text() for cell in line.select("td")}

    assert list(cells) == ["Data", "Result", "Processed"]
    assert "24-MB01 is pending export" in cells["Result"]
    assert "anna" in page.select_one("#information").get_text()


def test_a_queue_request_has_no_empty_body_tabs(boss):
    request = Request.objects.create(
        type=RequestType.EXPORT, entity=Entity.ORDER, operation=Operation.CREATE
    )

    page = read(boss.get(f"/admin/exports/exportrequest/{request.pk}/change/"))

    assert page.select_one("#request-body") is None
    assert page.select_one("#information") is not None


def make_interrupted(product, *, held_for: int) -> Request:
    until = timezone.now() + timedelta(seconds=held_for)
    return Request.objects.create(
        type=RequestType.EXPORT,
        entity=Entity.PRODUCT,
        operation=Operation.CREATE,
        message_id="m1",
        lines=[{"sku": product.sku}],
        line_count=1,
        fence=1,
        claimed_until=until,
        website=product.websites.get(),
    )


def test_process_closes_the_request_of_a_dead_run(boss, orderflow):
    [product] = make_due_products(make_shop(orderflow), 1)
    request = make_interrupted(product, held_for=-1)

    answer = boss.post(f"/admin/exports/exportrequest/{request.pk}/process/")

    request.refresh_from_db()
    assert texts(answer) == ["The request has been processed."]
    assert request.processed_at is not None
    assert ProductExport.objects.get().failures == 1


def test_process_leaves_a_running_export_alone(boss, orderflow):
    [product] = make_due_products(make_shop(orderflow), 1)
    request = make_interrupted(product, held_for=60)

    answer = boss.post(f"/admin/exports/exportrequest/{request.pk}/process/")

    request.refresh_from_db()
    assert texts(answer) == ["The request is being processed by a worker just now."]
    assert request.processed_at is None


def test_an_unknown_sku_says_so(boss):
    answer = boss.get(f"{PRODUCTS}by-sku/no/such/")

    assert texts(answer) == ["Product no/such does not exist."]


def test_deleted_orders_leave_a_trace(boss):
    DeletedOrder.objects.create(
        increment_id="000000005", orderflow_export_status="Exported", deleted_by="anna"
    )

    text = boss.get("/admin/sales/deletedorder/").content.decode()

    assert "000000005" in text
    assert "anna" in text
