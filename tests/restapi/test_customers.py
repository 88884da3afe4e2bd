"""Customers by REST: Magento's documents, kept from orders, hidden from whom lacks the right."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from orderflow_bridge.access.rights import CUSTOMERS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.customers.models import Customer
from orderflow_bridge.customers.services import FIRST_OF_ORDERS
from tests.carts import make_sold
from tests.factories import make_user
from tests.restapi.expectations_customers import NAMED
from tests.restapi.shop import ADDRESS, Script, an_order, criteria

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop() -> None:
    make_sold("A", 10)


def _ordered(script: Script, **values: Any) -> dict[str, Any]:
    item = {"sku": "A", "qty_ordered": 1, "price": 5}
    order: dict[str, Any] = script.post("orders", an_order(item, **values))
    return order


def test_an_order_with_an_account_makes_a_customer_under_the_shops_id(script: Script) -> None:
    _ordered(script, customer_id=42, customer_is_guest=0, customer_group_id=2)
    _ordered(script, customer_id=42, customer_is_guest=0, customer_firstname="Other")
    _ordered(script, customer_email="guest@example.com")

    customer = script.get("customers/42")

    assert Customer.objects.count() == 1
    assert (customer["firstname"], customer["email"]) == (
        "Veronica",
        "veronica.costello@example.com",
    )
    assert (customer["group_id"], customer["website_id"]) == (2, Customer.objects.get().website_id)
    [address] = customer["addresses"]
    assert address | {"id": 0} == {
        "id": 0,
        "customer_id": 42,
        "region": {"region_code": "MI", "region": "Michigan"},
        "default_billing": True,
        "default_shipping": True,
        **{
            name: ADDRESS[name]
            for name in (
                *("firstname", "lastname", "street", "city", "postcode", "country_id"),
                "telephone",
            )
        },
    }
    assert customer["default_billing"] == str(address["id"])
    found = script.get(f"customers/search?{criteria(email='veronica.costello@example.com')}")
    assert [each["id"] for each in found["items"]] == [42]


def test_two_buyers_under_one_id_are_two_customers(script: Script) -> None:
    _ordered(script, customer_id=42, customer_is_guest=0)
    other = _ordered(script, customer_id=42, customer_is_guest=0, customer_email="o@example.com")

    found = script.get(f"customers/search?{criteria(email='o@example.com')}")["items"]

    assert [each["id"] for each in found] == [FIRST_OF_ORDERS + other["entity_id"]]
    assert script.post("customers", {"customer": NAMED})["id"] == 43


def test_a_customer_is_made_changed_and_forgotten(script: Script) -> None:
    made = script.post(
        "customers",
        {
            "customer": {
                **NAMED,
                "taxvat": "DE1",
                "addresses": [{"city": "Calder", "street": ["1"], "defaultBilling": True}],
                "custom_attributes": [{"attribute_code": "erp", "value": "7"}],
            },
            "password": "Secret-12345",
        },
    )
    address = made["addresses"][0]

    assert (made["id"], made["group_id"], made["taxvat"]) == (1, 1, "DE1")
    assert made["custom_attributes"] == [{"attribute_code": "erp", "value": "7"}]
    assert (address["city"], made["default_billing"]) == ("Calder", str(address["id"]))
    again = script.put("customers/1", {"customer": made})
    assert again | {"updated_at": ""} == made | {"updated_at": ""}
    changed = script.put("customers/1", {"customer": {"lastname": "Smith"}})
    assert (changed["lastname"], changed["addresses"]) == ("Smith", made["addresses"])
    assert script.delete("customers/1") is True
    assert script.refused("GET", "customers/1", status=404) == (
        "No such entity with %fieldName = %fieldValue"
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"firstname": None}, '"%fieldName" is required. Enter and try again.'),
        ({"email": "nobody"}, 'Invalid value of "%value" provided for the %fieldName field.'),
        ({"website_id": 999}, 'Invalid value of "%value" provided for the %fieldName field.'),
        (
            {"email": "VERONICA@example.com"},
            "A customer with the same email address already exists in an associated website.",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_in_magentos_words(
    script: Script, values: dict[str, Any], message: str
) -> None:
    script.post("customers", {"customer": NAMED})
    wanted = {**NAMED, "email": "other@example.com", **values}

    assert script.refused("POST", "customers", {"customer": wanted}) == message


def test_who_lacks_the_right_sees_no_people(script: Script, client: Client) -> None:
    script.post("customers", {"customer": {**NAMED, "addresses": [{"city": "Calder"}]}})

    reader = make_user(rights=[CUSTOMERS_VIEW])

    def read() -> str:
        headers = {"Authorization": f"Bearer {grant_token(reader)}"}
        return client.get("/rest/V1/customers/1", headers=headers).content.decode()

    seen = read()
    reader.user_permissions.remove(Permission.objects.get(codename="see_people"))
    hidden = read()

    assert all(text in seen for text in ("Veronica", "veronica@", "Calder"))
    assert not any(text in hidden for text in ("Veronica", "veronica@", "Calder"))


def test_groups_are_magentos_and_those_that_customers_are_in(script: Script) -> None:
    script.post("customers", {"customer": {**NAMED, "group_id": 7}})

    found = script.get("customerGroups/search?searchCriteria")

    assert [(each["id"], each["code"]) for each in found["items"]] == [
        (0, "NOT LOGGED IN"),
        (1, "General"),
        (2, "Wholesale"),
        (3, "Retailer"),
        (7, "Customer Group 7"),
    ]
    assert script.get("customerGroups/1") == {
        "id": 1,
        "code": "General",
        "tax_class_id": 3,
        "tax_class_name": "Retail Customer",
    }
