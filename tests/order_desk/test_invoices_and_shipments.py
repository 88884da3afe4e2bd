"""Invoicing and shipping at an order's page does what REST does, and refuses what REST refuses."""

from decimal import Decimal
from functools import partial

import pytest

from orderflow_bridge.configuration.sections import Api, InventoryImport, OrderExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.order_desk.selectors import ANNOUNCED, AT_ORDERFLOW, DUE
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Invoice, Order, Shipment
from tests.factories import make_order_item, make_product, make_reservation, make_source_item
from tests.order_desk.twins import an_order, by_both, said

pytestmark = pytest.mark.django_db

INVOICE_REFUSED = "Invoice Document Validation Error(s):\n"
SHIPMENT_REFUSED = "Shipment Document Validation Error(s):\n"


def address(order, act):
    return f"/admin/sales/order/{order.pk}/{act}/"


def units(order, *quantities):
    rows = order.items.order_by("pk")
    return {f"qty_{row.pk}": qty for row, qty in zip(rows, quantities, strict=False)}


def items(order, *quantities):
    rows = order.items.order_by("pk")
    return [
        {"order_item_id": row.pk, "qty": qty}
        for row, qty in zip(rows, quantities, strict=False)
        if qty
    ]


def write_endpoint():
    write_settings(
        Api,
        {
            "endpoint": "https://demo.example.com/web/",
            "username": "u",
            "password": "p",
            "organisation": "o",
            "channel": "c",
        },
    )


@pytest.fixture
def order():
    """An order that OrderFlow is not going to get."""
    return an_order(orderflow_due_at=None)


@pytest.mark.parametrize("quantities", [(3, 2), (1, 0), (0, 2)])
@pytest.mark.parametrize("notify", [True, False])
def test_an_invoice_by_page_and_by_rest_leave_the_same_rows(
    operator, script, order, quantities, notify
):
    is_whole = quantities == (3, 2)
    page, page_rows, _, rest_rows = by_both(
        lambda: operator.post(
            address(order, "invoice"),
            {**units(order, *quantities), "comment": "Paid", "seen": 0}
            | ({"notify": "on"} if notify else {}),
        ),
        lambda: script.post(
            f"order/{order.pk}/invoice",
            {"comment": {"comment": "Paid"}, "notify": notify}
            | ({} if is_whole else {"items": items(order, *quantities)}),
        ),
    )

    assert said(page) == ["The invoice has been created."]
    assert page.url == f"/admin/sales/order/{order.pk}/change/#invoices"
    assert page_rows["sales.Invoice"][0]["total_qty"] == sum(quantities)
    assert page_rows == rest_rows


@pytest.mark.parametrize("is_multi_source", [True, False])
@pytest.mark.parametrize("quantities", [(3, 2), (1, 0)])
def test_a_shipment_by_page_and_by_rest_leave_the_same_rows(
    operator, script, order, quantities, is_multi_source
):
    write_settings(InventoryImport, {"multi_source_enabled": is_multi_source})
    for row in order.items.all():
        make_source_item(row.product, 10)
        make_reservation(row.product, -row.qty_ordered, order=order)
    track = {"track_number": "AB1234", "title": "Royal Mail", "carrier_code": "custom"}

    page, page_rows, _, rest_rows = by_both(
        lambda: operator.post(
            address(order, "ship"),
            {
                **units(order, *quantities),
                **{"title_2": "Royal Mail", "number_2": " AB1234 "},
                **{"comment": "On its way", "notify": "on", "show_comment": "on", "seen": 0},
            },
        ),
        lambda: script.post(
            f"order/{order.pk}/ship",
            {
                "items": items(order, *quantities),
                "tracks": [track],
                "comment": {"comment": "On its way"},
                "notify": True,
                "append_comment": True,
            },
        ),
    )

    assert said(page) == ["The shipment has been created."]
    assert page_rows["sales.ShipmentTrack"][0]["track_number"] == "AB1234"
    assert page_rows == rest_rows


@pytest.mark.parametrize("qty", [4, 0])
def test_what_rest_refuses_to_invoice_the_page_refuses_in_the_same_words(
    operator, script, order, qty
):
    asked = {"items": [{"order_item_id": order.items.first().pk, "qty": qty}]}

    page, page_rows, refusal, rest_rows = by_both(
        lambda: operator.post(address(order, "invoice"), {**units(order, qty), "seen": 0}),
        lambda: script.refused("POST", f"order/{order.pk}/invoice", asked),
    )

    assert [f"{INVOICE_REFUSED}{text}" for text in said(page)] == [refusal]
    assert page_rows == rest_rows


@pytest.mark.parametrize("state", ["holded", "canceled", "complete", "payment_review"])
def test_a_state_that_does_not_allow_it_is_refused_in_the_same_words(
    operator, script, order, state
):
    Order.objects.update(state=state, status=state)
    if state == "complete":
        order.items.update(qty_shipped=Decimal(3))

    for act, prefix in (("invoice", INVOICE_REFUSED), ("ship", SHIPMENT_REFUSED)):
        page, page_rows, refusal, rest_rows = by_both(
            partial(
                operator.post, address(order, act), {**units(order, 1), "seen": 0}, follow=True
            ),
            partial(script.refused, "POST", f"order/{order.pk}/{act}", {"items": items(order, 1)}),
        )

        assert refusal.removeprefix(prefix) in page.content.decode()
        assert page_rows == rest_rows


def test_a_courier_without_a_number_and_too_many_units_are_refused_as_by_rest(
    operator, script, order
):
    for form, body in (
        ({"title_1": "DHL"}, {"tracks": [{"track_number": "", "title": "DHL"}]}),
        (units(order, 4), {"items": items(order, 4)}),
    ):
        page, _, refusal, _ = by_both(
            partial(operator.post, address(order, "ship"), {**units(order, 1), **form, "seen": 0}),
            partial(
                script.refused,
                "POST",
                f"order/{order.pk}/ship",
                {"items": items(order, 1), **body},
            ),
        )

        assert [f"{SHIPMENT_REFUSED}{text}" for text in said(page)] == [refusal]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"orderflow_export_status": "Exported"}, AT_ORDERFLOW),
        ({"orderflow_export_status": "Queued"}, ANNOUNCED),
        ({"status": "processing", "state": "processing"}, DUE),
    ],
)
def test_what_orderflow_despatches_is_shipped_here_only_if_somebody_says_so(
    operator, order, values, why
):
    write_settings(OrderExport, {"exportable_status": ("processing",)})
    Order.objects.update(**{"orderflow_due_at": order.created_at, **values})
    write_endpoint()

    shown = operator.get(address(order, "ship")).content.decode()
    refused = operator.post(address(order, "ship"), {**units(order, 1), "seen": 0})

    assert why.replace("'", "&#x27;") in shown
    assert said(refused) == [why]
    assert not Shipment.objects.exists()

    told = operator.post(address(order, "ship"), {**units(order, 1), "anyway": "on", "seen": 0})
    assert said(told) == ["The shipment has been created."]


def test_an_order_that_orderflow_does_not_get_is_shipped_without_a_question(operator, order):
    text = operator.get(address(order, "ship")).content.decode()

    assert "Ship Anyway" not in text


def test_a_second_click_books_nothing_more_and_says_what_happened(operator, order):
    invoice = {**units(order, 1), "seen": 0}
    operator.post(address(order, "invoice"), invoice)
    again = operator.post(address(order, "invoice"), invoice)

    assert Invoice.objects.count() == 1
    assert said(again)[-1] == (
        "Units of this order have been invoiced meanwhile (000000001): nothing was invoiced now."
        " Please look at the order again."
    )

    ship = {**units(order, 1), "seen": 0}
    operator.post(address(order, "ship"), ship)
    again = operator.post(address(order, "ship"), ship)

    assert Shipment.objects.count() == 1
    assert "have been shipped meanwhile (000000001)" in said(again)[-1]


def test_what_is_not_sent_in_parcels_can_be_invoiced_and_not_shipped(operator, order):
    order.items.all().delete()
    make_order_item(order, make_product("CARD", type_id="virtual"), 1, invoiced=False)
    Order.objects.update(is_virtual=True)

    text = operator.get(f"/admin/sales/order/{order.pk}/change/").content.decode()

    assert address(order, "invoice") in text
    assert address(order, "ship") not in text


@pytest.mark.parametrize("act", ["invoice", "ship"])
def test_each_act_takes_its_own_right(somebody, order, act):
    page = f"/admin/sales/order/{order.pk}/change/"
    others = {"invoice", "ship", "email", "comment"} - {act}

    assert somebody(*others).get(address(order, act)).status_code == 403
    assert address(order, act) not in somebody("edit").get(page).content.decode()
    assert somebody(act).get(address(order, act)).status_code == 200
    assert not OutgoingMail.objects.exists()
