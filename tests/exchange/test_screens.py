"""Screens as the guide pictures them: what is offered, and where things lead."""

import pytest
from bs4 import BeautifulSoup

from exports.models import Export
from orderflow_bridge.configuration.sections import OrderExport, ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.rules.models import SafetyStock
from orderflow_bridge.sales.models import CreditMemo, Invoice, Shipment
from tests.exchange.conftest import ORDERS, PRODUCTS, STOCK, run
from tests.exports.shop import make_due_orders, make_due_products, make_shop
from tests.factories import make_order, make_product, make_quote, make_source_item
from tests.imports.stock import queue
from tests.watch.test_outboxes import make_event

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def links(browser, address):
    page = BeautifulSoup(browser.get(address).content, "html.parser")
    return {" ".join(each.text.split()): each.get("href", "") for each in page.select("a")}


def test_export_is_offered_only_while_it_is_on_and_else_the_page_says_what_to_switch_on(
    boss, orderflow
):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    [order] = make_due_orders(website, 1)
    at_product = f"/admin/catalog/product/{product.pk}/change/"
    at_order = f"/admin/sales/order/{order.pk}/change/"
    assert any(href.endswith("/export/") for href in links(boss, at_product).values())
    assert any(href.endswith("/export/") for href in links(boss, at_order).values())
    at_catalogue = "/admin/exports/catalogueexport/"
    assert f"{at_catalogue}start/" in links(boss, at_catalogue).values()
    lists = {"/admin/catalog/product/": "Product Export", "/admin/sales/order/": "Order Export"}
    for address in lists:
        assert "Export To OrderFlow" in boss.get(address).content.decode(), address

    write_settings(ProductExport, {"is_enabled": False}, website=website)
    write_settings(OrderExport, {"is_enabled": False}, website=website)

    assert not any(href.endswith("/export/") for href in links(boss, at_product).values())
    assert not any(href.endswith("/export/") for href in links(boss, at_order).values())
    page = boss.get(at_product).content.decode()
    assert "Configuration → Product Export → Enabled" in page
    page = boss.get(at_order).content.decode()
    assert f"Not while order export is switched off for {website.name}." in page
    assert "Configuration → Order Export → Enabled" in page
    assert f"{at_catalogue}start/" not in links(boss, at_catalogue).values()
    assert "Product Export → Enabled" in boss.get(at_catalogue).content.decode()
    for address, section in lists.items():
        page = boss.get(address).content.decode()
        assert "Export To OrderFlow" not in page, address
        assert "/export/" not in page, address
        assert f"Configuration → {section} → Enabled</a>" in page, address
        chosen = {"action": "export_selected", "_selected_action": [product.pk]}
        boss.post(address, {**chosen, "confirmed": "yes"})
    assert orderflow.heard == []


def test_a_run_leads_to_the_reports_it_made(boss, orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 1)
    make_due_orders(website, 1)
    products, orders = run(PRODUCTS), run(ORDERS)
    [of_products, of_orders] = Export.objects.order_by("id")

    for made, report, page in (
        (products, of_products, "productexport"),
        (orders, of_orders, "orderexport"),
    ):
        found = links(boss, f"/admin/scheduler/jobrun/{made.pk}/change/")
        assert found[report.message_id] == f"/admin/exports/{page}/{report.pk}/change/"
    assert "Reports" in links(boss, "/admin/scheduler/jobrun/")


def test_a_run_of_another_job_has_no_reports(boss):
    made = run("orderflow_mail_delivery")

    assert "Reports" not in links(boss, f"/admin/scheduler/jobrun/{made.pk}/change/")
    assert JobRun.objects.count() == 1


def test_the_sku_of_a_stock_line_leads_to_its_product_and_a_record_page_back_to_its_list(boss):
    make_source_item("24-MB01", quantity=5)
    queue(("24-MB01", 90, 507), message_id=71)
    made = run(STOCK)
    [report] = boss.get("/admin/imports/inventoryimport/").context["cl"].result_list

    found = links(boss, f"/admin/imports/inventoryimport/{report.pk}/change/")

    assert found["24-MB01"] == "/admin/catalog/product/by-sku/24-MB01/"
    assert found["arrow_backBack"] == "/admin/imports/inventoryimport/"
    assert found["Request Body"] == (
        f"/admin/imports/importrequest/{report.request_id}/change/#request-body"
    )
    assert "71" in links(boss, f"/admin/scheduler/jobrun/{made.pk}/change/")


def booked(order):
    """Return an invoice, a shipment and a credit memo of an order's only row, by model name."""
    [row] = order.items.all()
    line = {"order_item": row, "sku": row.sku, "name": row.name, "qty": 1}
    made = {}
    for model in (Invoice, Shipment, CreditMemo):
        document = model.objects.create(order=order, increment_id="000000001")
        document.items.create(**line)
        made[model._meta.model_name] = document
    return made


def test_skus_and_order_numbers_are_links_wherever_they_are_told(boss):
    item = make_source_item("24-MB01", quantity=5)
    order = make_order(items=[(item.product, 2)], increment_id="000000005")
    quote = make_quote(items=[(item.product, 1)])
    SafetyStock.objects.create(kind=SafetyStock.Kind.UNITS, amount=1, sku="24-MB01")
    to_product = "/admin/catalog/product/by-sku/24-MB01/"
    to_order = f"/admin/sales/order/{order.pk}/change/"

    for address in (
        to_order,
        f"/admin/sales/quote/{quote.pk}/change/",
        "/admin/rules/safetystock/",
    ):
        assert links(boss, address)["24-MB01"] == to_product, address
    for name, document in booked(order).items():
        found = links(boss, f"/admin/sales/{name}/{document.pk}/change/")
        assert (found["24-MB01"], found["000000005"]) == (to_product, to_order), name
        assert links(boss, f"/admin/sales/{name}/")["000000005"] == to_order, name
    for kind, about in (("stock.changed", "24-MB01"), ("order.exported", "000000005")):
        event = make_event(order.website, WebhookEvent.Status.WAITING)
        WebhookEvent.objects.filter(pk=event.pk).update(kind=kind, reference=about)
    told = links(boss, "/admin/webhooks/webhookevent/")
    assert (told["24-MB01"], told["000000005"]) == (
        to_product,
        "/admin/sales/order/by-number/000000005/",
    )
    stock = links(boss, "/admin/inventory/sourceitem/")
    assert stock[item.product.name] == f"/admin/catalog/product/{item.product_id}/change/"


def test_the_times_of_the_product_form_read_as_in_every_list(boss):
    product = make_product("24-MB01")

    page = boss.get(f"/admin/catalog/product/{product.pk}/change/").content.decode()

    assert f"{product.created_at:%Y-%m-%d %H:%M:%S}" in page
    assert "a.m." not in page
    assert "p.m." not in page
