"""Links into OrderFlow's own screens: where, whose, for whom, and when there is none."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from imports.models import Import, WaitingSku
from orderflow_bridge.access.ready_roles import OPERATOR
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import AdminInfo, Api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Order, Shipment
from orderflow_bridge.stores.models import Website
from tests.admin.samples import queue_despatch
from tests.exchange.conftest import DESPATCHES, STOCK, run, signed_in
from tests.exports.shop import make_due_orders, make_due_products, make_shop
from tests.factories import make_order_item, make_source_item, make_user
from tests.imports.stock import queue

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
ORDER = "despatch/order/referenceDetail.htm?externalReference="
STOCK_OF = "inventory/inventory/referenceDetail.htm?externalReference="


@pytest.fixture
def shop(orderflow):
    """Two websites with an OrderFlow each; product and order are known to the second one's."""
    make_shop(orderflow, channel="first", api={"endpoint": "https://first.example/web/"})
    website = make_shop(orderflow, channel="uk", api={"endpoint": "https://uk.example/web/"})
    [product] = make_due_products(website, 1, sku="24-MB01")
    [order] = make_due_orders(website, 1)
    make_order_item(order, product=product)
    known()
    make_source_item(product, quantity=5)
    return order


def known(there=True):
    """Say that OrderFlow has product and order, or has never heard of them."""
    values = {
        "orderflow_export_status": ExportStatus.EXPORTED if there else ExportStatus.PENDING,
        "orderflow_export_date": timezone.now() if there else None,
    }
    ProductWebsite.objects.update(**values)
    Order.objects.update(**values)


def hrefs(browser, address):
    page = BeautifulSoup(browser.get(address).content, "html.parser")
    return {each["href"] for each in page.select("a[href^='https://']")}


def pages(order):
    """Return every page that leads into OrderFlow, with what it leads to."""
    shipment = Shipment.objects.create(order=order, increment_id="000000007", total_qty=1)
    queue(("24-MB01", 90, 507), message_id=71)
    run(STOCK)
    report = Import.objects.order_by("-id").first()
    item = SourceItem.objects.get()
    assert item.product.sku == "24-MB01"
    in_uk = "https://uk.example/web/"
    of_order = f"{in_uk}{ORDER}{order.increment_id}&channel=uk"
    of_stock = f"{in_uk}{STOCK_OF}24-MB01&channel=uk"
    return {
        "/admin/sales/shipment/": of_order,
        f"/admin/sales/shipment/{shipment.pk}/change/": of_order,
        f"/admin/sales/order/{order.pk}/change/": of_order,
        f"/admin/timeline/timeline/order/{order.increment_id}/": of_order,
        "/admin/timeline/timeline/product/24-MB01/": of_stock,
        f"/admin/catalog/product/{item.product_id}/change/": of_stock,
        "/admin/inventory/sourceitem/": of_stock,
        f"/admin/inventory/sourceitem/{item.pk}/change/": of_stock,
        "/admin/imports/importline/": of_stock,
        f"/admin/imports/inventoryimport/{report.pk}/change/": of_stock,
    }


def test_pages_lead_into_the_right_websites_orderflow_once_it_has_it(boss, shop):
    leading = pages(shop)
    for address, screen in leading.items():
        assert screen in hrefs(boss, address), address

    known(there=False)

    for address in leading:
        assert not any("example/web" in href for href in hrefs(boss, address)), address


def test_an_operator_follows_them_and_whoever_lacks_the_right_sees_none(shop):
    leading = pages(shop)
    operator = signed_in(OPERATOR)
    user = make_user("clerk", is_staff=True)
    rights = Permission.objects.filter(codename__startswith="view_")
    user.user_permissions.set(rights)
    clerk = Client()
    clerk.force_login(user)

    for address, screen in leading.items():
        assert screen in hrefs(operator, address), address
        assert not any("example/web" in href for href in hrefs(clerk, address)), address


def test_with_admin_information_off_nothing_leads_there(boss, shop):
    write_settings(AdminInfo, {"is_enabled": False})

    for address in pages(shop):
        assert not any("example/web" in href for href in hrefs(boss, address)), address


def test_a_despatch_message_leads_to_its_order_and_a_waiting_list_to_what_is_known(boss, shop):
    queue_despatch("38", shop.increment_id)
    run(DESPATCHES)
    report = Import.objects.order_by("-id").first()
    of_order = f"https://uk.example/web/{ORDER}{shop.increment_id}&channel=uk"
    assert of_order in hrefs(boss, f"/admin/imports/shipmentimport/{report.pk}/change/")

    Order.objects.update(orderflow_export_status=ExportStatus.FAILED)
    assert of_order in hrefs(boss, "/admin/exports/waitingorder/")
    assert of_order in hrefs(boss, f"/admin/exports/waitingorder/{shop.pk}/change/")


def test_a_waiting_sku_leads_to_the_orderflow_that_counts_it_where_there_is_only_one(boss, shop):
    queue(("HDD-9", 3, 11), message_id=71)
    run(STOCK)
    [row] = WaitingSku.objects.all()
    pages = ("/admin/imports/waitingsku/", f"/admin/imports/waitingsku/{row.pk}/change/")
    screen = f"https://uk.example/web/{STOCK_OF}HDD-9&channel=uk"
    for page in pages:
        assert not any("example/web" in href for href in hrefs(boss, page)), page

    first = Website.objects.exclude(pk=shop.website_id).get()
    write_settings(Api, {"endpoint": None}, website=first)

    for page in pages:
        assert screen in hrefs(boss, page), page
    operator = signed_in(OPERATOR)
    assert screen in hrefs(operator, pages[0])
    Permission.objects.get(codename="open_orderflow").group_set.clear()
    for page in pages:
        assert screen not in hrefs(operator, page), page
