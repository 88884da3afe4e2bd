"""SKUs in the admin and in files, in capitals, small letters and between: the same product."""

from urllib.parse import unquote

import pytest
from django.test import Client

from exports.fetching import mark_exported_by_reference
from imports.models import ImportLine
from imports.services import process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.admin.samples import queue_stock
from tests.carts import make_sold, quantities
from tests.factories import make_product, make_quote, make_reservation
from tests.file_transfer.files import checked, counts, csv_of, imported, told
from tests.outbox.webhooks.shop import make_receiver

pytestmark = pytest.mark.django_db

MUG = "Mug-Ünï"
LOUD, SOFT = MUG.upper(), MUG.lower()


@pytest.fixture
def mug() -> Product:
    """A mug on sale, ten at the default source."""
    return make_sold(MUG, 10, name="Mug", price=8)


def apply_stock(number: str, *lines: tuple[str, str, str]) -> ImportLine:
    """Let a stock message be applied; return its last line."""
    queue_stock(number, lines)
    process_imports(Entity.INVENTORY)
    return ImportLine.objects.latest("id")


def test_a_failed_line_in_another_case_is_requeued_from_its_report(
    boss: Client, mug: Product
) -> None:
    line = apply_stock("1", (LOUD, "x", "1"))

    boss.post(f"/admin/imports/inventoryimport/{line.parent_id}/requeue/", {"confirmed": "1"})

    waiting = Request.objects.filter(processed_at__isnull=True)
    assert (line.reference, [request.lines[0][0] for request in waiting]) == (MUG, [LOUD])


def test_the_preview_shows_what_a_line_in_another_case_would_replace(
    boss: Client, mug: Product
) -> None:
    waiting = queue_stock("1", [(LOUD, "4", "1")])

    page = boss.get(f"/admin/imports/importrequest/{waiting.pk}/process/").content.decode()

    assert "10 → 4" in page


def test_a_product_file_changes_a_product_in_any_case_and_minds_a_second_spelling(
    mug: Product,
) -> None:
    content = csv_of(
        ("sku", "name", "qty"), (LOUD, "Big mug", 5), (SOFT, "Other", 6), ("Cup", "Cup", 1)
    )

    dry = told(checked(Kind.PRODUCTS, content))
    stored = imported(Kind.PRODUCTS, content)

    assert [(row, change) for row, change, _ in dry] == [
        (2, "updated"), (3, "failed"), (4, "created"),
    ]  # fmt: skip
    assert counts(stored) == {"updated": 1, "failed": 1, "created": 1}
    assert [product.sku for product in Product.objects.order_by("id")] == [MUG, "Cup"]
    assert quantities(MUG) == [5]


def test_a_stock_file_writes_in_any_case_and_minds_a_second_spelling(mug: Product) -> None:
    content = csv_of(("sku", "quantity"), (LOUD, 5), (SOFT, 6))

    stored = imported(Kind.STOCK, content)

    assert counts(stored) == {"updated": 1, "failed": 1}
    assert quantities(MUG) == [5]


def test_an_order_file_finds_products_in_any_case(mug: Product) -> None:
    columns = ("increment_id", "customer_email", "sku", "qty_ordered")

    imported(Kind.ORDERS, csv_of(columns, ("W-1", "a@example.com", LOUD, 1)))

    [row] = Order.objects.get().items.all()
    assert (row.sku, row.product) == (LOUD, mug)


@pytest.mark.parametrize("text", [LOUD[:-1], SOFT[:-1], MUG])
def test_the_admins_lists_find_a_sku_in_any_case(boss: Client, mug: Product, text: str) -> None:
    website = mug.websites.get()
    make_receiver(website)
    line = apply_stock("1", (LOUD, "4", "1"))
    mark_exported_by_reference(Entity.PRODUCT, SOFT, body=b"", received_by="orderflow")
    mug.website_links.update(orderflow_export_status="Failed")
    make_reservation(mug)
    make_quote(items=[(mug, 1)])

    found = {
        page: len(boss.get(f"/admin/{page}={text}").context["cl"].result_list)
        for page in (
            "catalog/product/?q",
            "catalog/product/?sku",
            "inventory/sourceitem/?q",
            "inventory/sourceitem/?sku",
            "inventory/reservation/?q",
            "inventory/reservation/?sku",
            "exports/waitingproduct/?q",
            "exports/exportline/?q",
            "sales/quote/?q",
            "imports/importline/?q",
            "imports/importline/?reference",
            "webhooks/webhookevent/?q",
        )
    }
    report = boss.get(f"/admin/imports/inventoryimport/{line.parent_id}/change/?q={text}")

    assert set(found.values()) == {1}, found
    assert "Product Quantity Successfully Updated to 4" in report.content.decode()


def test_products_are_sorted_by_sku_whatever_the_case(boss: Client) -> None:
    for sku in ("b", "A", "C"):
        make_product(sku)

    rows = boss.get("/admin/catalog/product/?o=sku").context["cl"].result_list

    assert [product.sku for product in rows] == ["A", "b", "C"]


def test_a_second_product_of_one_sku_is_refused_in_the_form(boss: Client, mug: Product) -> None:
    answer = boss.post("/admin/catalog/product/add/", {"sku": LOUD, "name": "Other"})

    errors = answer.context["adminform"].form.errors
    assert errors["sku"] == ["Product with this SKU already exists."]


@pytest.mark.parametrize("text", [LOUD, SOFT])
def test_find_and_timeline_know_a_sku_in_any_case(boss: Client, mug: Product, text: str) -> None:
    apply_stock("1", (MUG, "4", "1"))
    queue_stock("2", [(LOUD, "5", "2")])

    found = boss.get("/admin/timeline/timeline/", {"q": text})
    story = boss.get(f"/admin/timeline/timeline/product/{text}/").content.decode()

    assert unquote(found["Location"]).endswith(f"/timeline/product/{MUG}/")
    assert f"Product {MUG}" in story
    assert "Product Quantity Successfully Updated to 4" in story
    assert "Message received" in story


def test_what_was_received_before_the_product_was_there_is_in_its_story(boss: Client) -> None:
    apply_stock("1", (LOUD, "4", "1"))
    make_product(MUG)

    story = boss.get(f"/admin/timeline/timeline/product/{MUG}/").content.decode()

    assert "SKU Does Not Exist" in story


@pytest.mark.parametrize("text", [LOUD, SOFT])
def test_a_link_by_sku_leads_to_the_product_in_any_case(
    boss: Client, mug: Product, text: str
) -> None:
    answer = boss.get(f"/admin/catalog/product/by-sku/{text}/")

    assert answer["Location"] == f"/admin/catalog/product/{mug.pk}/change/"
