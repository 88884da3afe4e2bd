"""Customers → All Customers: the list, a customer's page, and what is hidden on both."""

from typing import Any

import pytest
from django.test import Client

from orderflow_bridge.customers.models import Customer
from orderflow_bridge.customers.services import FIRST_OF_ORDERS, save_customer
from orderflow_bridge.stores.models import Store
from tests.factories import make_order, make_store, make_user

pytestmark = pytest.mark.django_db
_ADDRESS = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "street": ["6146 Honey Bluff Parkway"],
    "city": "Calder",
    "postcode": "49628",
    "country_id": "US",
    "default_billing": True,
}
_RIGHTS = ("customers.view_customer", "sales.view_order")


def make_customer(**values: object) -> Customer:
    store = make_store()
    return save_customer(
        {
            "email": "veronica@example.com",
            "firstname": "Veronica",
            "lastname": "Costello",
            "group_id": 2,
            "store_id": store.pk,
            "website_id": store.website_id,
            "addresses": [_ADDRESS],
            "extra": {"taxvat": "GB123"},
            **values,
        }
    )


def page(*rights: str, path: str = "", sees_people: bool = True) -> str:
    """Return a page below the customers as somebody with these rights sees it."""
    browser = Client()
    user = make_user(rights=rights)
    if not sees_people:
        user.user_permissions.remove(*user.user_permissions.filter(codename="see_people"))
    browser.force_login(user)
    answer = browser.get(f"/admin/customers/customer/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_names_customers_and_is_searched_by_name() -> None:
    make_customer()

    listed = page(*_RIGHTS)

    assert "Veronica Costello" in listed
    assert "Wholesale" in listed
    assert "veronica@example.com" in page(*_RIGHTS, path="?q=costello")
    assert "veronica@example.com" not in page(*_RIGHTS, path="?q=nobody")


def test_a_customers_page_shows_addresses_and_orders() -> None:
    customer = make_customer()
    order = make_order(increment_id="100000042", extra={"customer_id": customer.pk})
    make_order(increment_id="100000043", extra={"customer_id": customer.pk + 1})

    shown = page(*_RIGHTS, path=f"{customer.pk}/change/")

    for text in ("6146 Honey Bluff Parkway", "49628 Calder", "billing", "GB123", "Wholesale"):
        assert text in shown
    assert order.increment_id in shown
    assert "100000043" not in shown


def test_orders_of_a_customer_that_an_order_made_are_found_by_the_account() -> None:
    customer = make_customer(id=FIRST_OF_ORDERS + 7)
    account: dict[str, Any] = {"customer_email": customer.email, "store": Store.objects.get()}
    make_order(increment_id="100000044", customer_is_guest=False, **account)
    make_order(increment_id="100000045", customer_is_guest=True, **account)

    shown = page(*_RIGHTS, path=f"{customer.pk}/change/")

    assert "100000044" in shown
    assert "100000045" not in shown


def test_whoever_may_not_see_peoples_data_sees_masks() -> None:
    customer = make_customer()

    shown = page(*_RIGHTS, path=f"{customer.pk}/change/", sees_people=False)
    shown += page(*_RIGHTS, sees_people=False)

    assert "Wholesale" in shown
    for text in ("Veronica", "Costello", "Honey Bluff", "veronica@example.com", "GB123"):
        assert text not in shown


def test_orders_are_shown_to_whoever_may_view_orders() -> None:
    customer = make_customer()
    make_order(increment_id="100000042", extra={"customer_id": customer.pk})

    shown = page("customers.view_customer", path=f"{customer.pk}/change/")

    assert "100000042" not in shown


def test_a_shop_without_customers_says_where_they_come_from() -> None:
    assert "No customers yet" in page(*_RIGHTS)


def test_the_menu_leads_there() -> None:
    assert "All Customers" in page(*_RIGHTS)
