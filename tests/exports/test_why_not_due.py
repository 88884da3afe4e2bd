"""Next Try tells the truth: what no run announces says so, and why; the runs agree."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from exports.cron import export_orders_create, export_products_create
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.configuration.sections import Api, OrderExport, ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import Order
from tests.exports.shop import make_due_orders, make_due_products, make_shop, told
from tests.factories import make_product

pytestmark = pytest.mark.django_db

ORDERS, PRODUCTS = "/admin/sales/order/", "/admin/catalog/product/"
YESTERDAY = timezone.now() - timedelta(days=1)


def facts(page: bytes) -> dict[str, str]:
    """Return what an order's tab OrderFlow says, by label; of the page's cards the last counts."""
    soup = BeautifulSoup(page, "html.parser")
    names, values = soup.select("dt"), soup.select("dd")
    return {
        name.get_text(" ", strip=True): value.get_text(" ", strip=True)
        for name, value in zip(names, values, strict=True)
    }


def cells(page: bytes, column: str) -> list[str]:
    """Return a column of a list."""
    soup = BeautifulSoup(page, "html.parser")
    return [cell.get_text(" ", strip=True) for cell in soup.select(f"td.field-{column}")]


NEVER = [
    ({"state": "canceled", "status": "canceled"}, "Never: the order is canceled."),
    ({"state": "canceled", "status": "processing"}, "Never: the order is canceled."),
    ({"state": "closed", "status": "closed"}, "Never: the order is closed."),
    ({"is_virtual": True}, "Never: nothing in the order is physical."),
]
NOT_YET = [
    ({"state": "holded", "status": "holded"}, "Not while it is on hold."),
    (
        {"state": "new", "status": "pending"},
        "Not while its status is Pending, which is no Exportable Order Status.",
    ),
    (
        {"created_at": YESTERDAY - timedelta(days=30)},
        "Never: it was placed before the Earliest Order To Export.",
    ),
]


@pytest.mark.parametrize(("values", "text"), [*NEVER, *NOT_YET])
def test_an_order_that_no_run_announces_says_why(
    boss: Client, orderflow: Any, values: dict[str, Any], text: str
) -> None:
    earliest = YESTERDAY - timedelta(days=7)
    website = make_shop(orderflow, orders={"min_order_datetime": earliest})
    [order] = make_due_orders(website, 1, items=[("A", 1)], **values)

    shown = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)

    assert shown["Next Try"] == text
    assert export_orders_create() == "No order was due."


def test_an_order_that_is_due_says_so(boss: Client, orderflow: Any) -> None:
    [order] = make_due_orders(make_shop(orderflow), 1, items=[("A", 1)])

    shown = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)
    export_orders_create()

    assert (shown["Next Try"], shown["Status"]) == ("With the next run", "Pending")
    assert told(orderflow) == [order.increment_id]


def test_with_the_export_switched_off_nothing_is_promised(boss: Client, orderflow: Any) -> None:
    website = make_shop(orderflow, orders={"is_enabled": False}, products={"is_enabled": False})
    [order] = make_due_orders(website, 1, items=[("A", 1)])
    [product] = make_due_products(website, 1)

    order_page = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)
    product_page = boss.get(f"{PRODUCTS}{product.pk}/change/").content.decode()

    off = f"export is switched off for {website.name}."
    assert order_page["Next Try"] == f"Not while order {off}"
    assert f"Not while product {off}" in product_page


def test_without_an_endpoint_nothing_is_promised(boss: Client, orderflow: Any) -> None:
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1, items=[("A", 1)])
    write_settings(Api, {"endpoint": None}, website=website)

    shown = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)

    assert shown["Next Try"] == (
        f"Not yet: Endpoint is not set for {website.name}. Please review API Settings."
    )


def test_what_was_given_up_says_so(boss: Client, orderflow: Any) -> None:
    [order] = make_due_orders(
        make_shop(orderflow), 1, items=[("A", 1)], orderflow_export_status="Failed",
        orderflow_due_at=None, orderflow_last_error="OrderFlow answered 500.",
    )  # fmt: skip

    shown = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)

    assert shown["Next Try"] == "Never: given up"


@pytest.mark.parametrize("status", ["Exported", "Cancelled"])
def test_what_is_settled_has_no_next_try(boss: Client, orderflow: Any, status: str) -> None:
    [order] = make_due_orders(
        make_shop(orderflow), 1, items=[("A", 1)], orderflow_export_status=status,
        orderflow_due_at=None, state="complete", status="complete",
    )  # fmt: skip

    shown = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)

    assert (shown["Next Try"], shown["Status"]) == ("–", status)


@pytest.mark.parametrize(("values", "text"), NEVER)
def test_an_order_that_is_never_exported_is_not_pending(
    boss: Client, orderflow: Any, values: dict[str, Any], text: str
) -> None:
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1, items=[("A", 1)], **values)
    [pending] = make_due_orders(website, 1, items=[("A", 1)])
    numbers = [pending.increment_id]

    page = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)
    grid = boss.get(f"{ORDERS}?q={order.increment_id}").content
    filtered = boss.get(f"{ORDERS}?export_status=Pending").context["cl"].result_list
    others = boss.get(f"{ORDERS}?export_status=never").context["cl"].result_list

    assert (page["Status"], page["Export Status"]) == ("–", "–")
    assert cells(grid, "export_label") == ["–"]
    assert [each.increment_id for each in filtered] == numbers
    assert [each.increment_id for each in others] == [order.increment_id]


@pytest.mark.parametrize("values", [values for values, _ in NOT_YET])
def test_an_order_that_only_waits_stays_pending(
    boss: Client, orderflow: Any, values: dict[str, Any]
) -> None:
    [order] = make_due_orders(make_shop(orderflow), 1, items=[("A", 1)], **values)

    grid = boss.get(f"{ORDERS}?export_status=Pending")

    assert [each.pk for each in grid.context["cl"].result_list] == [order.pk]
    assert cells(grid.content, "export_label") == ["Pending"]


@pytest.mark.parametrize("type_id", [kind for kind in Product.Type if kind != Product.Type.SIMPLE])
def test_a_product_that_is_never_exported_is_not_pending(
    boss: Client, orderflow: Any, type_id: str
) -> None:
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1, sku="OTHER", type_id=type_id)
    make_due_products(website, 1, sku="SIMPLE")

    page = BeautifulSoup(boss.get(f"{PRODUCTS}{product.pk}/change/").content, "html.parser")
    grid = boss.get(f"{PRODUCTS}?q=OTHER").content
    filtered = boss.get(f"{PRODUCTS}?export_status=Pending").context["cl"].result_list
    others = boss.get(f"{PRODUCTS}?export_status=never").context["cl"].result_list
    summary = export_products_create()

    assert cells(grid, "export_label") == ["–"]
    assert [each.sku for each in filtered] == ["SIMPLE"]
    assert [each.sku for each in others] == ["OTHER"]
    assert page.select("[name=orderflow_export_status]") == []
    assert "Never: OrderFlow only supports simple products." in page.get_text(" ")
    assert summary == "1 products: 1 successes, 0 failures."


def test_a_product_that_no_website_sells_is_not_pending(boss: Client) -> None:
    make_product("NOWHERE")

    assert cells(boss.get(PRODUCTS).content, "export_label") == ["–"]
    assert boss.get(f"{PRODUCTS}?export_status=Pending").context["cl"].result_list == []


def test_the_products_filter_offers_no_status_that_no_product_has(boss: Client) -> None:
    page = BeautifulSoup(boss.get(PRODUCTS).content, "html.parser")

    offered = [each["value"] for each in page.select("[name=export_status]")]
    assert offered == ["Pending", "Queued", "Exported", "Failed", "never"]


def test_the_link_into_orderflow_appears_once_orderflow_has_the_order(
    boss: Client, orderflow: Any
) -> None:
    [order] = make_due_orders(make_shop(orderflow), 1, items=[("A", 1)])
    address, links = f"{ORDERS}{order.pk}/change/", []

    for status, date in (("Pending", None), ("Queued", None), ("Exported", timezone.now())):
        Order.objects.update(orderflow_export_status=status, orderflow_export_date=date)
        page = boss.get(address).content.decode()
        links.append("despatch/order/referenceDetail.htm" in page)
        assert "Please Note" in page

    assert links == [False, False, True]


def test_the_links_into_orderflow_appear_once_orderflow_has_the_product(
    boss: Client, orderflow: Any
) -> None:
    [product] = make_due_products(make_shop(orderflow), 1)
    address = f"{PRODUCTS}{product.pk}/change/"

    before = boss.get(address).content.decode()
    ProductWebsite.objects.update(orderflow_export_date=timezone.now())
    after = boss.get(address).content.decode()

    assert "referenceDetail.htm" not in before
    assert "inventory/product/referenceDetail.htm" in after


def test_the_switch_is_the_websites_own(boss: Client, orderflow: Any) -> None:
    website = make_shop(orderflow)
    write_settings(OrderExport, {"is_enabled": False})
    write_settings(ProductExport, {"is_enabled": False})
    write_settings(OrderExport, {"is_enabled": True}, website=website)
    [order] = make_due_orders(website, 1, items=[("A", 1)])

    shown = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)

    assert shown["Next Try"] == "With the next run"
