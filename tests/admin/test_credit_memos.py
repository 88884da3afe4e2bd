"""Credit memos in the admin: made from an order, listed, looked at."""

from decimal import Decimal

import pytest

from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import Reservation
from orderflow_bridge.sales.models import CreditMemo, Order
from tests.admin.samples import make_operator
from tests.factories import make_order, make_reservation

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return make_order(
        items=[("A", 2)],
        increment_id="000000005",
        grand_total=Decimal(25),
        total_paid=Decimal(25),
        shipping_amount=Decimal(5),
    )


def page_of(order):
    return f"/admin/sales/order/{order.pk}/creditmemo/"


def filled(order, qty="1", **values):
    return {f"qty_{order.items.get().pk}": qty, "shipping_amount": "5", "seen": "0", **values}


def test_the_order_offers_a_credit_memo_while_something_can_be_refunded(boss, order):
    answer = boss.get(f"/admin/sales/order/{order.pk}/change/")

    assert page_of(order) in answer.content.decode()

    Order.objects.update(state=Order.State.CLOSED)
    assert page_of(order) not in boss.get(f"/admin/sales/order/{order.pk}/change/").content.decode()


def test_the_new_credit_memo_page_says_that_orderflow_is_not_told(boss, order):
    text = boss.get(page_of(order)).content.decode()

    assert "OrderFlow Notice" in text
    assert "Credits or refunds do not update orders that have already been passed" in text
    assert "At most $25.00 can be refunded" in text
    assert f'name="qty_{order.items.get().pk}" value="2"' in text


def test_the_notice_links_the_order_in_orderflow(boss, order):
    write_settings(Api, {"endpoint": "https://demo.example.com/web/", "channel": "magento"})
    Order.objects.update(orderflow_export_status="Exported")

    text = boss.get(page_of(order)).content.decode()

    assert (
        "https://demo.example.com/web/despatch/order/referenceDetail.htm"
        "?externalReference=000000005&amp;channel=magento"
    ) in text


def test_a_refund_makes_a_credit_memo_and_gives_promises_back(boss, order):
    make_reservation(order.items.get().product, -2, order=order)

    answer = boss.post(page_of(order), filled(order, comment="Dented"), follow=True)

    memo = CreditMemo.objects.get()
    assert answer.redirect_chain[0][0] == f"/admin/sales/creditmemo/{memo.pk}/change/"
    assert "You created the credit memo." in answer.content.decode()
    assert (memo.grand_total, memo.items.get().qty) == (15, 1)
    assert Reservation.objects.latest("id").quantity == 1


def test_a_second_click_refunds_nothing_more(boss, order):
    boss.post(page_of(order), filled(order))

    answer = boss.post(page_of(order), filled(order, shipping_amount="0"))

    assert "Somebody else has refunded units of this order meanwhile" in answer.content.decode()
    assert CreditMemo.objects.count() == 1


@pytest.mark.parametrize("qty", ["-1", "abc", "1.00001"])
def test_a_wrong_quantity_is_named_and_nothing_is_lost(boss, order, qty):
    answer = boss.post(page_of(order), filled(order, qty, comment="Dented"))

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "bridge-error" in text
    assert "Dented" in text
    assert not CreditMemo.objects.exists()


def test_more_units_than_were_invoiced_are_refused_and_nothing_is_lost(boss, order):
    text = boss.post(page_of(order), filled(order, "3", comment="Dented")).content.decode()

    assert "The quantity to refund must not be greater than the unrefunded quantity" in text
    assert "Dented" in text
    assert not CreditMemo.objects.exists()


def test_list_and_page_show_a_credit_memo(boss, order):
    boss.post(page_of(order), filled(order))
    memo = CreditMemo.objects.get()

    listed = boss.get("/admin/sales/creditmemo/?q=000000005").content.decode()
    shown = boss.get(f"/admin/sales/creditmemo/{memo.pk}/change/").content.decode()
    of_order = boss.get(f"/admin/sales/order/{order.pk}/change/").content.decode()

    assert "000000001" in listed
    assert "Credit Memo #000000001" in shown
    assert "$15.00" in shown
    assert f"/admin/sales/creditmemo/{memo.pk}/change/" in of_order


def test_refunding_needs_a_right_of_its_own(viewer, client, order):
    assert viewer.get(page_of(order)).status_code == 403
    assert viewer.post(page_of(order), filled(order)).status_code == 403

    client.force_login(make_operator("refunder", "view", "refund"))
    assert client.get(page_of(order)).status_code == 200


def test_an_order_that_is_gone_or_closed_says_so(boss, order):
    Order.objects.update(state=Order.State.CLOSED)

    closed = boss.get(page_of(order), follow=True).content.decode()
    gone = boss.get("/admin/sales/order/0/creditmemo/", follow=True).content.decode()

    assert "The order does not allow a credit memo to be created." in closed
    assert "Order Not Found." in gone
