"""What every list of ours offers: columns, filters with chips, row actions, pages."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.console.grids.paging import MOST_COUNTED
from orderflow_bridge.request_queue.models import Request
from tests.admin.samples import fill_shop, make_operator, queue_stock
from tests.exports.shop import make_due_orders, make_due_products, make_shop
from tests.factories import make_order, make_product, make_request, make_website

pytestmark = pytest.mark.django_db
REQUESTS = "/admin/imports/importrequest/"
PRODUCTS = "/admin/catalog/product/"
ORDERS = "/admin/sales/order/"


def page(client, address) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.get("Location"))
    return BeautifulSoup(answer.content, "html.parser")


def headings(soup) -> list[str]:
    cells = soup.select("#result_list thead th")
    texts = [" ".join(cell.select_one(".text").get_text().split()) for cell in cells]
    return texts[1:] if cells[0].select_one("input") else texts


def chips(soup) -> dict[str, str]:
    return {chip.contents[0].strip(): chip["href"] for chip in soup.select(".bridge-chip")}


def rows(client, address) -> list:
    return list(client.get(address).context["cl"].result_list)


COLUMNS = {
    "/admin/exports/productexport/": "Export ID, Message ID, Website, Operation, Successes, "
    "Duplicates, Superseded, Failures, Processed, Action",
    "/admin/exports/orderexport/": "Export ID, Message ID, Website, Operation, Successes, "
    "Duplicates, Superseded, Failures, Processed, Action",
    "/admin/imports/inventoryimport/": "Import ID, Message ID, Operation, Successes, Duplicates, "
    "Superseded, Failures, Processed, Action",
    "/admin/imports/shipmentimport/": "Import ID, Message ID, Operation, Successes, Duplicates, "
    "Superseded, Failures, Processed, Action",
    "/admin/exports/exportrequest/": "Request ID, Processed, Website, Entity, Operation, Created, "
    "Waiting for, Action",
    REQUESTS: "Request ID, Processed, Entity, Operation, Created, Waiting for, Action",
    PRODUCTS: "Name, Export Status (OF), SKU, Price, Quantity, Type, Status, Websites, ID, Action",
    ORDERS: "ID, Status, Export Status (OF), Purchase Date, Bill-to Name, Ship-to Name, "
    "Grand Total (Base), Grand Total (Purchased), Purchase Point, Action",
}


def export_one_of_each(client, orderflow) -> None:
    """Export a product and an order by hand, so that there are exports to list."""
    website = make_shop(orderflow)
    for address, record in (
        (PRODUCTS, make_due_products(website, 1)[0]),
        (ORDERS, make_due_orders(website, 1)[0]),
    ):
        client.post(f"{address}{record.pk}/export/")


@pytest.mark.parametrize("address", COLUMNS)
def test_the_status_stands_beside_the_name(boss, orderflow, address):
    fill_shop()
    export_one_of_each(boss, orderflow)

    assert ", ".join(headings(page(boss, address))) == COLUMNS[address]


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("/admin/exports/productexport/", "Product Exports"),
        ("/admin/exports/orderexport/", "Order Exports"),
        ("/admin/imports/inventoryimport/", "Inventory Imports"),
        ("/admin/imports/shipmentimport/", "Shipment Imports"),
        ("/admin/exports/exportrequest/", "Export Requests"),
        (REQUESTS, "Import Requests"),
    ],
)
def test_the_lists_bear_the_guides_titles(boss, address, title):
    assert boss.get(address).context["title"] == title


def test_columns_are_shown_as_chosen_and_in_the_chosen_order(boss):
    make_product("24-MB01")

    soup = page(boss, f"{PRODUCTS}?cols=sku&cols=created&cols=name&cols=nonsense&cols=sku")

    assert headings(soup) == ["SKU", "Created", "Name"]
    listed = [box["value"] for box in soup.select("[data-columns] input")]
    assert listed[:3] == ["sku", "created", "name"]
    assert {"barcode", "price_text"} <= set(listed)


def test_a_list_without_any_column_shows_the_usual_ones(boss):
    make_product("24-MB01")

    assert "SKU" in headings(page(boss, f"{PRODUCTS}?cols=nonsense"))


def test_an_order_by_name_holds_although_the_columns_change(boss):
    for sku in ("b", "c", "a"):
        make_product(sku)

    address = f"{PRODUCTS}?o=-sku&cols=name&cols=sku"

    assert [row.sku for row in rows(boss, address)] == ["c", "b", "a"]
    hidden = {
        field["name"]: field["value"]
        for field in page(boss, address).select("[aria-label=Columns] input[type=hidden]")
    }
    assert hidden["o"] == "-sku"


def test_each_active_filter_has_a_chip_that_removes_it_alone(boss):
    make_product("24-MB01", price=37)
    address = f"{PRODUCTS}?status=1&status=2&price_from=10&q=24&per_page=50"

    found = chips(page(boss, address))

    assert list(found) == ["Search: 24", "Price from 10", "Status: Enabled", "Status: Disabled"]
    left = parse_qs(urlsplit(found["Status: Disabled"]).query)
    assert left == {"status": ["1"], "price_from": ["10"], "q": ["24"], "per_page": ["50"]}
    assert "q" not in parse_qs(urlsplit(found["Search: 24"]).query)


def test_clear_all_leaves_columns_order_and_page_size(boss):
    make_product("24-MB01")
    address = f"{PRODUCTS}?status=1&q=24&per_page=50&cols=sku&o=-sku"

    [link] = page(boss, address).select(".bridge-chips > .bridge-link")

    left = parse_qs(urlsplit(str(link["href"])).query)
    assert set(left) == {"per_page", "cols", "o"}


def test_a_filter_that_cannot_be_read_says_so_and_is_not_applied(boss):
    make_product("24-MB01", price=37)

    soup = page(boss, f"{PRODUCTS}?price_from=abc")

    assert "“abc” is not a number" in soup.select_one("[role=alert]").get_text()
    assert soup.select_one("#bridge-filters").has_attr("open")
    assert len(soup.select("#result_list tbody tr")) == 1


@pytest.mark.parametrize("status", ["Pending", "Exported"])
def test_pending_finds_products_and_orders_that_were_never_touched(boss, status):
    website = make_website()
    for number, stored in enumerate(["Pending", "", "Exported"]):
        make_order(increment_id=f"{number}", orderflow_export_status=stored)
        product = make_product(f"sku-{number}")
        product.websites.add(website)
        Product.objects.filter(pk=product.pk).update(orderflow_export_status=stored)
    count = {"Pending": 2, "Exported": 1}[status]

    assert len(rows(boss, f"{ORDERS}?export_status={status}")) == count
    assert len(rows(boss, f"{PRODUCTS}?export_status={status}")) == count


def test_a_product_on_two_websites_is_listed_once(boss, orderflow):
    first, second = make_shop(orderflow), make_shop(orderflow, channel="other")
    product = make_product("24-MB01")
    product.websites.set([first, second])

    found = rows(boss, f"{PRODUCTS}?websites={first.pk}&websites={second.pk}")

    assert [one.pk for one in found] == [product.pk]


def test_the_message_id_range_compares_numbers_and_the_type_finds_what_it_says(boss):
    for number in ("9", "71", "100"):
        make_request(message_id=number, message_number=int(number))

    found = rows(boss, f"{REQUESTS}?message_number_from=10&message_number_to=100&entity=1")

    assert sorted(row.message_id for row in found) == ["100", "71"]
    assert rows(boss, f"{REQUESTS}?entity=2") == []


def test_a_row_offers_what_its_user_may_do(boss, viewer):
    waiting, done = make_request(message_id="72"), make_request(processed_at=timezone.now())

    def offered(client) -> dict[int, list[str]]:
        soup = page(client, REQUESTS)
        return {
            int(str(row.select_one(".action-select")["value"])) if row.select_one(".action-select")
            else index: [link.get_text() for link in row.select(".bridge-row-actions a")]
            for index, row in enumerate(soup.select("#result_list tbody tr"))
        }  # fmt: skip

    assert offered(boss) == {
        waiting.pk: ["View Request", "Process"],
        done.pk: ["View Request", "View Import Report"],
    }
    assert list(offered(viewer).values()) == [
        ["View Request", "View Import Report"],
        ["View Request"],
    ]


def test_a_report_offers_its_request_only_to_those_who_may_see_it(boss):
    make_product("24-MB01")
    request = queue_stock("71", [("24-MB01", "90", "507")])
    boss.post(f"{REQUESTS}{request.pk}/process/")
    some = make_operator("some")
    some.user_permissions.add(Permission.objects.get(codename="view_inventoryimport"))
    client = Client()
    client.force_login(some)

    all_of_it = page(boss, "/admin/imports/inventoryimport/").select(".bridge-row-actions a")
    less = page(client, "/admin/imports/inventoryimport/").select(".bridge-row-actions a")

    assert [link.get_text() for link in all_of_it] == ["View Import", "View Processed Request"]
    assert [link.get_text() for link in less] == ["View Import"]


@pytest.mark.slow
def test_a_list_too_long_to_count_is_walked_by_links(boss):
    make_many_requests(MOST_COUNTED + 50)
    expected = list(Request.objects.order_by("-id").values_list("pk", flat=True))
    seen, following = [], ""

    for _ in range(3):
        grid = boss.get(f"{REQUESTS}{following}").context["cl"]
        seen += [row.pk for row in grid.result_list]
        following = grid.pager.next
    last = boss.get(f"{REQUESTS}{grid.pager.last}").context["cl"]
    before = boss.get(f"{REQUESTS}{last.pager.previous}").context["cl"]

    assert seen == expected[:60]
    assert [row.pk for row in last.result_list] == expected[-20:]
    assert [row.pk for row in before.result_list] == expected[-40:-20]
    assert (last.pager.next, grid.pager.numbers) == ("", ())


def test_a_list_too_long_to_count_says_so_and_tells_what_an_order_leaves_out(boss):
    make_many_requests(MOST_COUNTED + 50)

    text = boss.get(f"{REQUESTS}?processed=no").content.decode()
    sorted_text = boss.get(f"{REQUESTS}?o=processed&p=500").content.decode()

    assert "10,000+ records found" in text
    assert "Only the first 10,000 are shown in this order." in sorted_text


def make_many_requests(count: int) -> None:
    """Make waiting requests without ceremony."""
    Request.objects.bulk_create(
        [
            Request(
                type=RequestType.IMPORT, entity=Entity.INVENTORY, operation=Operation.UPDATE,
                message_id=str(number), message_number=number,
            )
            for number in range(count)
        ],
        batch_size=2_000,
    )  # fmt: skip


def test_text_from_outside_is_never_markup_in_filters_and_chips(boss):
    bad = "<script>alert(1)</script>"

    text = boss.get(f"{PRODUCTS}?name={bad}&q={bad}&status={bad}&cols={bad}&o={bad}").content

    assert b"<script>alert(1)" not in text
