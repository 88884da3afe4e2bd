"""The shipments of an order on its page: the guide's columns, search, filters, columns, files."""

import pytest

from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Order, Shipment
from tests.factories import make_address, make_order

pytestmark = pytest.mark.django_db
GUIDES = ["Shipment", "Ship Date", "Order", "Order Date", "Ship-to Name", "Total Quantity"]


@pytest.fixture
def order(script):
    found = make_order(items=[("A", 2)], increment_id="000000005", invoiced=False)
    make_address(found)
    row = found.items.get()
    for number in ("AB1", "CD2"):
        script.post(
            f"order/{found.pk}/ship",
            {
                "items": [{"order_item_id": row.pk, "qty": 1}],
                "tracks": [{"track_number": number, "title": "DPD", "carrier_code": "custom"}],
            },
        )
    another = make_order(items=[("A", 1)], increment_id="000000006")
    script.post(f"order/{another.pk}/ship")
    return found


def shown(browser, order, query=""):
    context = browser.get(f"/admin/sales/order/{order.pk}/change/{query}").context
    [section] = [each for each in context["sections"] if each.slug == "shipments"]
    return context, section.context["cl"]


def test_the_tab_has_the_guides_columns_and_the_orders_own_shipments(operator, order):
    context, grid = shown(operator, order)

    titles = [grid.column_title(name) for name in grid.list_display]
    assert "checkbox" in titles[0]
    assert titles[1:] == [*GUIDES, "Tracking", "OrderFlow Message", "Action", "OrderFlow"]
    assert [row.increment_id for row in grid.result_list] == ["000000002", "000000001"]
    assert context["first_tab"] == ""


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?q=000000001", ["000000001"]),
        ("?q=CD2", ["000000002"]),
        ("?tracking=AB", ["000000001"]),
        ("?created_from=2099-01-01", []),
        ("?o=1", ["000000001", "000000002"]),
        ("?before=nonsense&whatever=1", ["000000002", "000000001"]),
    ],
)
def test_it_is_searched_filtered_and_sorted_and_the_tab_is_open_then(
    operator, order, query, expected
):
    context, grid = shown(operator, order, query)

    assert [row.increment_id for row in grid.result_list] == expected
    assert context["first_tab"] == ("" if "whatever" in query else "shipments")


def test_columns_are_chosen_and_files_have_what_is_shown(operator, order):
    _, grid = shown(operator, order, "?cols=number&cols=tracking_numbers&q=AB1")
    [(title, address), _] = grid.downloads

    answer = operator.get(address)
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    assert title == "CSV"
    assert lines == ["Shipment,Tracking", "000000001,DPD AB1"]


def test_chosen_shipments_are_written_about_again(operator, order):
    chosen = Shipment.objects.filter(order=order).values_list("pk", flat=True)
    form = {"action": "email_selected", "_selected_action": list(chosen), "confirmed": "yes"}

    answer = operator.post("/admin/sales/shipment/", form, follow=True)

    assert "2 e-mail(s) have been written." in answer.content.decode()
    assert OutgoingMail.objects.filter(reference=order.increment_id).count() == 2


def test_an_order_without_shipments_says_so_and_who_may_not_see_them_sees_the_orders_table(
    somebody, order
):
    Order.objects.update(state="new")
    Shipment.objects.all().delete()
    text = somebody().get(f"/admin/sales/order/{order.pk}/change/").content.decode()

    assert "Nothing has been shipped yet." in text
