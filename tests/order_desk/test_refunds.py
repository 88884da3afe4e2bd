"""A credit memo by page and by REST: the same rows, the same refusals."""

from decimal import Decimal

import pytest

from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import Order
from tests.factories import make_reservation
from tests.order_desk.twins import an_order, by_both, said

pytestmark = pytest.mark.django_db
REFUSED = "Creditmemo Document Validation Error(s):\n"


@pytest.fixture
def order():
    return an_order(
        invoiced=True,
        grand_total=Decimal(55),
        total_paid=Decimal(55),
        shipping_amount=Decimal(5),
        orderflow_export_status="Exported",
    )


def page(order):
    return f"/admin/sales/order/{order.pk}/creditmemo/"


def units(order, *quantities):
    rows = order.items.order_by("pk")
    return {f"qty_{row.pk}": qty for row, qty in zip(rows, quantities, strict=True)}


def items(order, *quantities):
    rows = order.items.order_by("pk")
    return [
        {"order_item_id": row.pk, "qty": qty}
        for row, qty in zip(rows, quantities, strict=True)
        if qty
    ]


@pytest.mark.parametrize("is_multi_source", [True, False])
@pytest.mark.parametrize("quantities", [(3, 2), (1, 0)])
def test_a_credit_memo_by_page_and_by_rest_leave_the_same_rows(
    operator, script, order, quantities, is_multi_source
):
    write_settings(InventoryImport, {"multi_source_enabled": is_multi_source})
    for row in order.items.all():
        make_reservation(row.product, -row.qty_ordered, order=order)
    is_whole = quantities == (3, 2)
    form = {**units(order, *quantities), "shipping_amount": "5", "adjustment_negative": "2"}
    body = {
        "arguments": {"adjustmentNegative": 2},
        "comment": {"comment": "Dented"},
        "notify": True,
    }

    answer, page_rows, _, rest_rows = by_both(
        lambda: operator.post(
            page(order), {**form, "comment": "Dented", "notify": "on", "seen": 0}
        ),
        lambda: script.post(
            f"order/{order.pk}/refund",
            body if is_whole else {**body, "items": items(order, *quantities)},
        ),
    )

    assert said(answer) == ["You created the credit memo."]
    assert page_rows["sales.CreditMemo"][0]["shipping_amount"] == 5
    assert len(page_rows["mail.OutgoingMail"]) == 1
    assert page_rows == rest_rows


@pytest.mark.parametrize(
    ("quantities", "arguments"),
    [((4, 0), {}), ((1, 0), {"adjustment_positive": 100}), ((1, 0), {"shipping_amount": 9})],
)
def test_what_rest_refuses_the_page_refuses_in_the_same_words(
    operator, script, order, quantities, arguments
):
    arguments = {"shipping_amount": 0, **arguments}
    form = {**units(order, *quantities), **arguments, "seen": 0}
    body = {"items": items(order, *quantities), "arguments": arguments}

    answer, page_rows, refusal, rest_rows = by_both(
        lambda: operator.post(page(order), form),
        lambda: script.refused("POST", f"order/{order.pk}/refund", body),
    )

    assert [f"{REFUSED}{text}" for text in said(answer)] == [refusal]
    assert page_rows == rest_rows


def test_an_order_that_cannot_be_refunded_says_the_same(operator, script, order):
    Order.objects.update(state="closed")

    answer, _, refusal, _ = by_both(
        lambda: operator.post(page(order), {"seen": 0}),
        lambda: script.refused("POST", f"order/{order.pk}/refund", {}),
    )

    assert [f"{REFUSED}{text}" for text in said(answer)] == [refusal]
