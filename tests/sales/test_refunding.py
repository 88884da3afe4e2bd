"""Refunding orders: credit memos, what they leave open, and who is not told."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.sales.models import CreditMemo, Order
from orderflow_bridge.sales.refunding import REFUNDED_MEANWHILE, Refund, refund_order
from orderflow_bridge.sales.services import hold
from orderflow_bridge.sales.shipping import ship_order
from tests.factories import make_order

pytestmark = pytest.mark.django_db

ONE, TWO = Decimal(1), Decimal(2)


def paid_order(**values):
    """An invoiced order: 2 × A and 3 × B at 10 each, 5 of shipping, all of it paid."""
    amounts = {
        "grand_total": Decimal(55),
        "total_paid": Decimal(55),
        "total_invoiced": Decimal(55),
        "shipping_amount": Decimal(5),
    }
    return make_order(items=[("A", 2)], configurables=[("B", 3)], **{**amounts, **values})


def row(order, sku):
    return order.items.filter(sku=sku, parent_item=None).get()


def test_a_refund_of_everything_closes_the_order():
    order = paid_order()

    memo = refund_order(order.pk, Refund(shipping_amount=Decimal(5)))

    order.refresh_from_db()
    assert (order.state, order.status) == (Order.State.CLOSED, Order.Status.CLOSED)
    assert (memo.grand_total, memo.total_qty, order.total_refunded) == (55, 5, 55)
    assert list(order.items.values_list("qty_refunded", flat=True)) == [2, 3, 3]
    assert memo.increment_id == "000000001"


def test_a_refund_of_some_units_leaves_the_order_open():
    order = paid_order()

    memo = refund_order(order.pk, Refund({row(order, "A").pk: ONE}, comment="Dented"))

    order.refresh_from_db()
    assert order.state == Order.State.PROCESSING
    assert (memo.grand_total, row(order, "A").qty_refunded) == (10, 1)
    assert memo.comments.get().comment == "Dented"
    assert order.status_histories.get().entity_name == "creditmemo"


def test_the_rest_is_complete_once_what_was_not_shipped_is_refunded():
    order = paid_order()
    ship_order(order.pk, quantities={row(order, "A").pk: TWO})

    refund_order(order.pk, Refund({row(order, "B").pk: Decimal(3)}))

    order.refresh_from_db()
    assert order.state == Order.State.COMPLETE


def test_tax_and_discount_go_with_the_units_share_by_share():
    order = paid_order(shipping_tax_amount=ONE)
    item = row(order, "A")
    item.tax_amount, item.discount_amount = Decimal(4), Decimal(2)
    item.save()

    memo = refund_order(order.pk, Refund({item.pk: ONE}, shipping_amount=Decimal("2.50")))

    assert (memo.tax_amount, memo.discount_amount) == (Decimal("2.5"), 1)
    assert memo.grand_total == Decimal("14")


def test_a_further_refund_and_a_fee_change_the_total():
    order = paid_order()

    memo = refund_order(
        order.pk,
        Refund({row(order, "A").pk: ONE}, adjustment_positive=Decimal(3), adjustment_negative=ONE),
    )

    assert memo.grand_total == 12


def test_an_amount_alone_can_be_refunded():
    order = paid_order()

    memo = refund_order(order.pk, Refund({}, adjustment_positive=Decimal(3)))

    assert (memo.total_qty, memo.grand_total, memo.items.count()) == (0, 3, 0)


@pytest.mark.parametrize(
    ("refund", "text"),
    [
        (Refund({}), "The credit memo's total must be positive."),
        (Refund(adjustment_positive=Decimal(1)), "The most money available to refund is 55.00."),
        (Refund(shipping_amount=Decimal(6)), "Maximum shipping amount allowed to refund is: 5.00"),
        (Refund(adjustment_negative=Decimal(99)), "The credit memo's total must be positive."),
        (Refund(shipping_amount=Decimal(-1)), "An amount must not be less than zero."),
        (Refund({0: Decimal(1)}), 'The order item "0" cannot be refunded.'),
    ],
)
def test_an_impossible_refund_says_why_and_changes_nothing(refund, text):
    order = paid_order()
    if refund.adjustment_positive:
        refund = Refund(shipping_amount=Decimal(5), adjustment_positive=Decimal(1))

    with pytest.raises(ActionNotAvailable, match=text.replace("?", r"\?")):
        refund_order(order.pk, refund)

    assert not CreditMemo.objects.exists()
    assert order.items.filter(qty_refunded=0).count() == 3


def test_no_more_units_are_refunded_than_were_invoiced():
    order = paid_order()
    refund_order(order.pk, Refund({row(order, "A").pk: ONE}))

    with pytest.raises(ActionNotAvailable, match='unrefunded quantity for product SKU "A"'):
        refund_order(order.pk, Refund({row(order, "A").pk: TWO}))


def test_a_held_order_is_not_refunded():
    order = paid_order()
    hold(order.pk)

    with pytest.raises(ActionNotAvailable, match="does not allow a credit memo"):
        refund_order(order.pk, Refund())


def test_shares_that_are_rounded_never_refund_more_than_was_paid():
    order = paid_order(
        grand_total=Decimal("10.0001"), total_paid=Decimal("10"), total_invoiced=Decimal(10)
    )
    item = row(order, "A")
    item.price, item.row_total = Decimal("5.0001"), Decimal("10.0002")
    item.save()

    refund_order(order.pk, Refund({item.pk: TWO}))

    order.refresh_from_db()
    assert order.total_refunded == 10


def test_orderflow_is_not_told_and_the_order_says_so_when_unshipped_units_are_refunded():
    order = paid_order(orderflow_export_status=ExportStatus.EXPORTED)

    refund_order(order.pk, Refund({row(order, "A").pk: ONE}))

    order.refresh_from_db()
    assert order.orderflow_notice == (
        "OrderFlow was not told: units that were not shipped yet were refunded."
    )
    assert order.orderflow_export_status == ExportStatus.EXPORTED


def test_there_is_no_notice_when_everything_has_left_already():
    order = paid_order(orderflow_export_status=ExportStatus.EXPORTED)
    ship_order(order.pk)

    refund_order(order.pk, Refund({row(order, "A").pk: ONE}))

    order.refresh_from_db()
    assert order.orderflow_notice == ""


def test_there_is_no_notice_on_an_order_that_orderflow_does_not_know():
    order = paid_order()

    refund_order(order.pk, Refund({row(order, "A").pk: ONE}))

    order.refresh_from_db()
    assert order.orderflow_notice == ""


def test_who_looked_at_an_older_state_of_the_order_refunds_nothing():
    order = paid_order()
    refund_order(order.pk, Refund({row(order, "A").pk: ONE}, seen_creditmemos=0))

    with pytest.raises(ActionNotAvailable, match=REFUNDED_MEANWHILE[:40]):
        refund_order(order.pk, Refund({row(order, "A").pk: ONE}, seen_creditmemos=0))

    assert row(order, "A").qty_refunded == 1


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions")
@pytest.mark.django_db(transaction=True)
def test_two_people_who_refund_at_once_refund_once():
    order = paid_order()
    refund = Refund({row(order, "A").pk: ONE}, seen_creditmemos=0)

    def attempt(_):
        try:
            refund_order(order.pk, refund)
        except ActionNotAvailable as refusal:
            return str(refusal)
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as people:
        texts = sorted(people.map(attempt, range(2)))

    assert texts == ["", REFUNDED_MEANWHILE]
    assert row(order, "A").qty_refunded == 1
