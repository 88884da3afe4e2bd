"""Two people, or one with two tabs, click at the same moment: one books, the other is told."""

import pytest
from django.db import connection
from django.test import Client

from orderflow_bridge.order_desk.services import SAID_ALREADY, WRITTEN_ALREADY
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import (
    CreditMemo,
    Invoice,
    Order,
    OrderStatusHistory,
    Quote,
    Shipment,
)
from orderflow_bridge.sales.refunding import REFUNDED_MEANWHILE
from orderflow_bridge.stores.models import Store
from tests.admin.test_two_people import both_click, count
from tests.carts import make_cart, make_sold
from tests.factories import make_order, make_user
from tests.order_desk.twins import an_order

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions"),
    pytest.mark.django_db(transaction=True),
]

MEANWHILE = "have been {} meanwhile"


def page(order: Order, act: str) -> str:
    return f"/admin/sales/order/{order.pk}/{act}/"


@pytest.mark.parametrize(
    ("act", "done", "model"), [("invoice", "invoiced", Invoice), ("ship", "shipped", Shipment)]
)
def test_units_are_booked_once(act, done, model):
    order = an_order()
    row = order.items.first()

    texts = both_click(page(order, act), {f"qty_{row.pk}": "1", "seen": "0"})

    assert model.objects.count() == 1
    assert count(texts, lambda text: MEANWHILE.format(done) in text) == 1


def test_money_is_given_back_once():
    order = an_order(invoiced=True, grand_total=50, total_paid=50)
    row = order.items.first()

    texts = both_click(page(order, "creditmemo"), {f"qty_{row.pk}": "1", "seen": "0"})

    assert CreditMemo.objects.count() == 1
    assert count(texts, lambda text: REFUNDED_MEANWHILE in text) == 1


def test_a_comment_is_written_and_an_email_sent_once():
    order = an_order()

    said = both_click(page(order, "comment"), {"comment": "Rang", "seen": "0"})
    assert OrderStatusHistory.objects.filter(comment="Rang").count() == 1
    assert count(said, lambda text: SAID_ALREADY in text) == 1


def test_an_email_is_written_once():
    order = an_order()

    texts = both_click(page(order, "email"), {"seen": "0"})

    assert OutgoingMail.objects.count() == 1
    assert count(texts, lambda text: WRITTEN_ALREADY in text) == 1


def test_an_address_is_changed_by_one_of_two_who_saw_the_same():
    order = an_order()
    person = make_user("looks", is_staff=True, is_superuser=True)
    browser = Client()
    browser.force_login(person)
    form = browser.get(page(order, "edit")).context["form"]
    shown = {name: form[name].value() or "" for name in form.fields}

    texts = both_click(page(order, "edit"), {**shown, "shipping_city": "Leeds"})

    assert count(texts, lambda text: "You saved the order." in text) == 1
    assert count(texts, lambda text: "has been changed meanwhile" in text) == 1


def test_a_cart_becomes_one_order():
    make_sold("24-MB01", 10)
    cart = make_cart(("24-MB01", 1), store=Store.objects.get())
    place = {"firstname": "V", "lastname": "C", "city": "Calder", "country_id": "US"}
    form = {
        f"qty_{cart.items.get().pk}": "1",
        "customer_email": "v@example.com",
        "is_same": "on",
        "shipping_method": "flatrate_flatrate",
        "payment_method": "checkmo",
        **{f"billing_{name}": value for name, value in place.items()},
    }

    texts = both_click(f"/admin/sales/quote/{cart.pk}/order/", form)

    assert Order.objects.count() == 1
    assert count(texts, lambda text: "You created the order." in text) == 1
    assert count(texts, lambda text: "This cart was ordered already" in text) == 1


def test_a_reorder_makes_one_cart():
    order = make_order(items=[(make_sold("24-MB01", 10), 1)])

    both_click(page(order, "reorder"))

    assert Quote.objects.count() == 1
