"""A selection of orders exports the open invoiced ones only, as the guide has it."""

import pytest

from exports.admin.export_actions import CALLS_AT_ONCE
from orderflow_bridge.sales.models import Order
from tests.admin.test_export_by_hand import choose, hidden_fields, texts
from tests.exports.shop import make_due_orders, make_shop, told

pytestmark = pytest.mark.django_db
ORDERS = "/admin/sales/order/"


def not_open_and_invoiced(website) -> list[Order]:
    """Make one order of every kind that a selection must not export."""
    kinds = (
        {"invoiced": False},
        {"invoiced": False, "state": "processing", "status": "processing"},
        {"state": "new", "status": "pending"},
        {"state": "canceled", "status": "canceled"},
        {"state": "closed", "status": "closed"},
        {"state": "complete", "status": "complete"},
        {"state": "holded", "status": "holded"},
        {"state": "payment_review", "status": "payment_review"},
    )
    return [make_due_orders(website, 1, items=[("A", 1)], **kind)[0] for kind in kinds]


@pytest.mark.parametrize("answered", [{}, {"confirmed": "yes"}])
def test_a_selection_without_open_invoiced_orders_is_not_sent(boss, orderflow, answered):
    orders = not_open_and_invoiced(make_shop(orderflow))

    for selected in (orders, *([order] for order in orders)):
        answer = choose(boss, ORDERS, "export_selected", selected, **answered)
        assert set(texts(answer)) == {"No exportable (invoiced) orders selected."}

    assert orderflow.heard == []


def test_of_a_mixed_selection_only_open_invoiced_orders_are_sent(boss, orderflow):
    website = make_shop(orderflow)
    others = not_open_and_invoiced(website)
    invoiced = make_due_orders(website, 2, items=[("A", 1)])

    question = choose(boss, ORDERS, "export_selected", [*others, *invoiced]).content.decode()
    answer = choose(boss, ORDERS, "export_selected", [*others, *invoiced], confirmed="yes")

    assert "Only open invoiced orders are exported." in question
    assert texts(answer) == ["Exported 2 order(s) to OrderFlow with 8 failures."]
    assert sorted(told(orderflow)) == sorted(order.increment_id for order in invoiced)


def test_a_step_without_invoiced_orders_does_not_end_the_others(boss, orderflow):
    website = make_shop(orderflow)
    others = make_due_orders(website, CALLS_AT_ONCE, items=[("A", 1)], invoiced=False)
    [invoiced] = make_due_orders(website, 1, items=[("A", 1)])
    selected = [*others, invoiced]
    answer = choose(boss, ORDERS, "export_selected", selected, confirmed="yes")

    last = boss.post(ORDERS, hidden_fields(answer))

    assert texts(last) == ["Exported 1 order(s) to OrderFlow with 40 failures."]
    assert told(orderflow) == [invoiced.increment_id]
