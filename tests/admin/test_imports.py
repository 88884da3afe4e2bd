"""Stock and shipment import reports, as the guide shows them."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from imports.models import Import
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from tests.admin.samples import make_nobody, make_operator, queue_despatch, queue_stock
from tests.factories import make_order, make_product, make_source

pytestmark = pytest.mark.django_db
STOCK = "/admin/imports/inventoryimport/"
SHIPMENTS = "/admin/imports/shipmentimport/"


def read(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


def lines_of(answer) -> list[dict[str, str]]:
    """Return the lines as the page shows them, by column."""
    cells = [row.find_all("td") for row in read(answer).select("#lines tbody tr")]
    return [{str(cell["data-label"]): cell.get_text(strip=True) for cell in row} for row in cells]


def import_stock(message_id: str, lines, **values) -> Import:
    queue_stock(message_id, lines, **values)
    process_imports(Entity.INVENTORY)
    return Import.objects.latest("id")


def page(report: Import, query: str = "") -> str:
    return f"{STOCK if report.entity == Entity.INVENTORY else SHIPMENTS}{report.pk}/change/{query}"


def test_the_guides_message_71_is_shown_as_in_the_guide(boss):
    make_product("24-MB01")
    report = import_stock("71", [("24-MB01", "90", "507")])

    answer = boss.get(page(report))

    [line] = lines_of(answer)
    processed = line.pop("Processed")
    assert "Inventory Import #71" in answer.content.decode()
    assert line == {
        "Sequence ID": "507",
        "SKU": "24-MB01",
        "Units Received": "90",
        "Units Adjusted (Quotes)": "0",
        "Units Adjusted (Queued)": "0",
        "Updated Stock Qty": "90",
        "Result": "Success",
        "Operation": "Update",
        "Message": "Product Quantity Successfully Updated to 90",
    }
    assert len(processed) == len("2017-03-23 03:44:24")


def test_a_repeated_line_is_shown_as_duplicate(boss):
    make_product("24-MB01")
    import_stock("71", [("24-MB01", "90", "507")])
    report = import_stock("72", [("24-MB01", "90", "507")])

    [line] = lines_of(boss.get(page(report)))

    assert line["Result"] == "Duplicate"
    assert line["Message"] == "Duplicate Inventory Request Ignored."


def test_the_explanation_of_the_columns_is_the_guides(boss):
    make_product("24-MB01")
    report = import_stock("71", [("24-MB01", "90", "507")])

    text = read(boss.get(page(report))).get_text()

    assert "Additional Information" in text
    assert "The 'available stock' figure received from OrderFlow." in text
    assert (
        "How the values in the columns above are used to determine the 'Updated Stock Qty' will be"
        " determined by the settings in 'Inventory Import' section of the module configuration."
    ) in text


def test_the_source_is_a_column_only_where_one_is_named(boss):
    make_product("24-MB01")
    make_source("leeds")
    plain = import_stock("71", [("24-MB01", "90", "507")])
    named = import_stock("72", [("24-MB01", "90", "508")], source="leeds")

    assert "Source" not in lines_of(boss.get(page(plain)))[0]
    assert lines_of(boss.get(page(named)))[0]["Source"] == "leeds"


def test_shipment_38_is_shown_as_in_the_guide(boss):
    make_order(items=[("24-MB01", 1)], increment_id="000000005")
    queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)

    answer = boss.get(page(Import.objects.get()))

    [line] = lines_of(answer)
    line.pop("Processed")
    assert "Shipment Import #38" in answer.content.decode()
    assert line == {
        "Sequence ID": "38",
        "Order Increment ID": "000000005",
        "Result": "Success",
        "Operation": "Create",
        "Message": "Order 000000005 successfully shipped.",
    }
    assert "Additional Information" not in answer.content.decode()


def test_the_order_number_leads_to_the_order(boss):
    order = make_order(items=[("24-MB01", 1)], increment_id="000000005")
    queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)

    href = read(boss.get(page(Import.objects.get()))).select_one("#lines td a")["href"]

    assert boss.get(href).url == f"/admin/sales/order/{order.pk}/change/"


def test_a_number_without_an_order_says_so(boss):
    answer = boss.get("/admin/sales/order/by-number/000000099/")

    assert [str(text) for text in get_messages(answer.wsgi_request)] == [
        "Order 000000099 does not exist."
    ]


def test_the_list_has_the_superseded_column_and_the_kinds_do_not_mix(boss):
    import_stock("71", [("24-MB01", "90", "507")])
    queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)

    answer = boss.get(STOCK)

    header = read(answer).select_one("#result_list thead").get_text(" ", strip=True)
    for column in ("Import ID", "Message ID", "Operation", "Successes", "Duplicates", "Superseded"):
        assert column in header
    assert [row.message_id for row in answer.context["cl"].result_list] == ["71"]


def test_opening_a_report_stamps_that_it_was_seen(boss):
    report = import_stock("71", [("nope", "90", "507")])

    boss.get(page(report))

    report.refresh_from_db()
    assert report.viewed_at is not None


def test_somebody_without_the_right_stamps_nothing(db):
    report = import_stock("71", [("nope", "90", "507")])
    client = Client()
    client.force_login(make_nobody())

    answer = client.get(page(report))

    report.refresh_from_db()
    assert answer.status_code == 403
    assert report.viewed_at is None


def test_stock_imports_need_a_right_of_their_own(db):
    report = import_stock("71", [("nope", "90", "507")])
    user = make_operator("clerk")
    user.user_permissions.add(Permission.objects.get(codename="view_shipmentimport"))
    client = Client()
    client.force_login(user)

    assert client.get(STOCK).status_code == 403
    assert client.get(page(report)).status_code == 403
    assert client.get(SHIPMENTS).status_code == 200


@pytest.mark.parametrize("address", [STOCK, SHIPMENTS])
def test_an_import_that_is_gone_leads_back_to_the_list(boss, address):
    answer = boss.get(f"{address}4711/change/")

    assert answer.url == address
    assert [str(text) for text in get_messages(answer.wsgi_request)] == [
        "This import no longer exists."
    ]


def test_an_import_of_5000_lines_opens_in_pages(boss):
    report = import_stock("71", [(f"SKU-{n:04d}", "1", str(n)) for n in range(1, 5001)])
    boss.get(page(report))

    with CaptureQueriesContext(connection) as queries:
        answer = boss.get(page(report, "?p=3"))

    lines = lines_of(answer)
    assert (lines[0]["SKU"], lines[-1]["SKU"], len(lines)) == ("SKU-0101", "SKU-0150", 50)
    assert len(queries) <= 15
    assert len(answer.content) < 300 * 1024


@pytest.mark.parametrize(
    ("search", "found"),
    [("24-mb", ["24-MB01"]), ("Failure", ["nope"]), ("508", ["nope"]), ("exist", ["nope"])],
)
def test_lines_are_found_by_sku_result_number_and_text(boss, search, found):
    make_product("24-MB01")
    report = import_stock("71", [("24-MB01", "90", "507"), ("nope", "1", "508")])

    lines = lines_of(boss.get(page(report, f"?q={search}")))

    assert [line["SKU"] for line in lines] == found


def test_hostile_references_and_reasons_are_escaped(boss):
    report = import_stock("<b>71", [("<script>alert(1)</script>", "<i>x", "507")])

    text = boss.get(page(report)).content.decode()

    assert "<script>alert(1)" not in text
    assert "<i>x" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_request_button_needs_the_right_to_requests(boss):
    report = import_stock("71", [("nope", "90", "507")])
    user = make_operator("clerk")
    user.user_permissions.add(Permission.objects.get(codename="view_inventoryimport"))
    clerk = Client()
    clerk.force_login(user)

    assert "View Processed Request" in boss.get(page(report)).content.decode()
    assert "View Processed Request" not in clerk.get(page(report)).content.decode()
