"""Mass actions of the lists: Change status, Update attributes; Cancel of orders."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from exports.admin.orders import CANCELS_AT_ONCE
from orderflow_bridge.catalog import mass_actions
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.catalog.services import refresh_export_status
from orderflow_bridge.sales.models import Order
from tests.admin.samples import make_operator
from tests.exports.shop import make_due_orders, make_due_products, make_shop, told
from tests.factories import make_product, make_user, make_website
from tests.fakes import Answer

pytestmark = pytest.mark.django_db
PRODUCTS, ORDERS = "/admin/catalog/product/", "/admin/sales/order/"


def choose(client: Client, address: str, action: str, records, **values):
    data = {"action": action, "_selected_action": [one.pk for one in records], "index": "0"}
    return client.post(address, {**data, **values})


def answer(client: Client, action: str, records, **values):
    """Answer a question of the products list: `values` are its form's fields."""
    fields = {f"new-{name}": value for name, value in values.items()}
    return choose(client, PRODUCTS, action, records, confirmed="yes", **fields)


def texts(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def exported(count: int, **values) -> list[Product]:
    """Make products that OrderFlow has got."""
    website = make_website()
    products = make_due_products(website, count, **values)
    ProductWebsite.objects.update(
        orderflow_export_status="Exported", orderflow_export_date=timezone.now(),
        orderflow_due_at=None,
    )  # fmt: skip
    refresh_export_status([product.pk for product in products])
    return products


def test_the_list_offers_what_the_guide_shows(boss):
    make_product()

    page = boss.get(PRODUCTS).content.decode()

    for title in ("Delete", "Change status", "Update attributes", "Reset Export Status (OF)"):
        assert title in page


def test_change_status_asks_which_and_changes_nothing_before(boss):
    products = exported(2)

    question = choose(boss, PRODUCTS, "change_status", products).content.decode()

    assert "2 selected" in question
    assert 'name="new-status"' in question
    assert set(Product.objects.values_list("status", flat=True)) == {1}


def test_change_status_makes_what_changes_pending_and_counts(boss):
    products = exported(2)
    other = make_product(status=2)

    response = answer(boss, "change_status", [*products, other], status="2")

    assert texts(response) == [
        "A total of 2 record(s) have been updated.",
        "1 product(s) had these values already.",
    ]
    assert set(Product.objects.values_list("status", flat=True)) == {2}
    assert not ProductWebsite.objects.exclude(orderflow_export_status="Pending").exists()
    assert LogEntry.objects.filter(change_message="Change status.").count() == 2


def test_a_status_that_there_is_not_is_asked_for_again(boss):
    products = exported(1)

    response = answer(boss, "change_status", products, status="7")

    assert "Select a valid choice" in response.content.decode()
    assert Product.objects.get().status == 1


def test_update_attributes_changes_what_is_ticked_and_nothing_else(boss):
    products = exported(2, weight=1, barcode="501")

    response = answer(
        boss, "update_attributes", products,
        **{"change-price": "on", "price": "9.5", "change-tax_code": "on", "tax_code": "T1",
           "weight": "7", "change-description": "on", "description": ""},
    )  # fmt: skip

    assert texts(response) == ["A total of 2 record(s) have been updated."]
    rows = Product.objects.values_list("price", "tax_code", "weight", "barcode")
    assert {tuple(map(str, row)) for row in rows} == {("9.5000", "T1", "1.0000", "501")}
    assert set(Product.objects.values_list("orderflow_export_status", flat=True)) == {"Pending"}


def test_update_attributes_takes_further_attributes_and_websites(boss):
    [product] = exported(1)
    old, new = product.websites.get(), make_website()

    answer(
        boss, "update_attributes", [product],
        attribute_code="colour", attribute_value="red", join=[new.pk], leave=[old.pk],
    )  # fmt: skip

    product.refresh_from_db()
    assert product.custom_attributes == {"colour": "red"}
    assert [website.pk for website in product.websites.all()] == [new.pk]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "Tick what is to be changed."),
        ({"price": "9"}, "Tick what is to be changed."),
        ({"change-price": "on", "price": "cheap"}, "Invalid value of"),
        ({"change-name": "on", "name": ""}, "can not be empty."),
        ({"attribute_value": "red"}, "code."),
    ],
)
def test_what_cannot_be_changed_is_said_on_the_question(boss, values, text):
    products = exported(1)

    response = answer(boss, "update_attributes", products, **values)

    assert text in response.content.decode()
    assert Product.objects.get().orderflow_export_status == "Exported"


def test_a_long_selection_keeps_its_values_from_step_to_step(boss):
    rows = mass_actions.ROWS_AT_ONCE + 1
    Product.objects.bulk_create(Product(sku=f"S{n}", name="N") for n in range(rows))
    values = {"new-change-name": "on", "new-name": "Other", "confirmed": "yes"}
    first = choose(
        boss, PRODUCTS, "update_attributes", Product.objects.all()[:1], select_across="1", **values
    )
    fields: dict[str, list[str]] = {}
    for name, value in first.context["hidden"]:
        fields.setdefault(name, []).append(str(value))

    last = boss.post(PRODUCTS, fields)

    assert texts(last)[-1] == f"A total of {rows} record(s) have been updated."
    assert set(Product.objects.values_list("name", flat=True)) == {"Other"}


@pytest.mark.parametrize("action", ["change_status", "update_attributes"])
def test_who_may_not_change_products_is_not_offered_it(viewer, action):
    products = exported(1)

    page = viewer.get(PRODUCTS).content.decode()
    answer(viewer, action, products, **{"status": "2", "change-status": "on"})

    assert action not in page
    assert Product.objects.get().status == 1


def test_a_selection_of_orders_is_cancelled_with_counts_and_reasons(boss, orderflow):
    website = make_shop(orderflow)
    pending = make_due_orders(website, 2, items=[("A", 1)], invoiced=False)
    [shipped] = make_due_orders(
        website, 1, items=[("A", 1)], state="complete", status="complete", increment_id="000000009"
    )

    question = choose(boss, ORDERS, "cancel_selected", [*pending, shipped]).content.decode()
    untouched = Order.objects.filter(state="canceled").count()
    response = choose(boss, ORDERS, "cancel_selected", [*pending, shipped], confirmed="yes")

    assert "Are you sure you want to cancel the selected orders?" in question
    assert untouched == 0
    assert texts(response) == [
        "Order 000000009: You have not canceled the order: nothing of it can be canceled.",
        "We canceled 2 order(s).",
        "1 order(s) cannot be canceled.",
    ]
    assert Order.objects.filter(state="canceled").count() == 2


def test_orders_that_orderflow_has_are_cancelled_there_first(boss, orderflow):
    website = make_shop(orderflow)
    orders = make_due_orders(
        website, 2, items=[("A", 1)], invoiced=False, orderflow_export_status="Exported",
        orderflow_export_date=timezone.now(), orderflow_due_at=None,
    )  # fmt: skip
    orderflow.answers = [Answer(), Answer(status=500)]

    response = choose(boss, ORDERS, "cancel_selected", orders, confirmed="yes")

    first, second = orders
    said = texts(response)
    assert told(orderflow)[:2] == [first.increment_id, second.increment_id]
    assert said[0].startswith(f"Order {second.increment_id}: Order cancellation failed.")
    assert said[1:] == ["We canceled 1 order(s).", "1 order(s) cannot be canceled."]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("canceled", "new")


def test_many_orders_that_cannot_be_cancelled_are_counted_whole(boss, orderflow):
    website = make_shop(orderflow)
    orders = make_due_orders(
        website, CANCELS_AT_ONCE + 2, items=[("A", 1)], state="complete", status="complete"
    )
    first = choose(boss, ORDERS, "cancel_selected", orders, confirmed="yes")
    fields: dict[str, list[str]] = {}
    for name, value in first.context["hidden"]:
        fields.setdefault(name, []).append(str(value))

    last = boss.post(ORDERS, fields)

    assert texts(last)[-1] == f"{CANCELS_AT_ONCE + 2} order(s) cannot be canceled."
    assert "And 5 more." in texts(last)[0]


def test_the_mass_action_takes_the_right_to_cancel(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, items=[("A", 1)], invoiced=False)
    client = Client()
    client.force_login(make_operator("viewer", "view", "change"))
    right = Client()
    user = make_user(rights=["sales.view_order", "sales.cancel_order"], is_staff=True)
    right.force_login(user)

    refused = choose(client, ORDERS, "cancel_selected", [order], confirmed="yes")
    order.refresh_from_db()
    state = order.state
    choose(right, ORDERS, "cancel_selected", [order], confirmed="yes")

    order.refresh_from_db()
    assert refused.status_code in (200, 302, 403)
    assert (state, order.state) == ("new", "canceled")
