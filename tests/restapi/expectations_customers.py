"""What the routes of customers and their groups answer."""

from typing import Any

from orderflow_bridge.access.rights import CUSTOMER_GROUPS, CUSTOMERS, CUSTOMERS_VIEW
from orderflow_bridge.customers.services import save_customer
from tests.factories import make_store
from tests.restapi.stating import LISTED, Sent, Stated

NAMED = {"email": "veronica@example.com", "firstname": "Veronica", "lastname": "Costello"}
BODY = {"customer": NAMED}
NOWHERE = {"customer_id": 999_999}


def _customer(body: Any = None) -> Sent:
    website = make_store().website
    return Sent({"customer_id": save_customer({**NAMED, "website_id": website.pk}).pk}, body)


def _new() -> Sent:
    make_store()
    return Sent(body=BODY)


def _search(address: str, right: str) -> Stated:
    return Stated(
        "get", address, right, lambda: Sent(query=LISTED), missing=Sent(), missing_status=400
    )


STATED = [
    Stated(
        "post",
        "customers",
        CUSTOMERS,
        _new,
        missing=Sent(body={"customer": {"firstname": "Veronica"}}),
        missing_status=400,
        malformed=400,
    ),
    _search("customers/search", CUSTOMERS_VIEW),
    Stated("get", "customers/<customer_id>", CUSTOMERS_VIEW, _customer, missing=Sent(NOWHERE)),
    Stated(
        "put",
        "customers/<customer_id>",
        CUSTOMERS,
        lambda: _customer({"customer": {"firstname": "Vera"}}),
        missing=Sent(NOWHERE, BODY),
        malformed=400,
    ),
    Stated("delete", "customers/<customer_id>", CUSTOMERS, _customer, missing=Sent(NOWHERE)),
    _search("customerGroups/search", CUSTOMER_GROUPS),
    Stated(
        "get",
        "customerGroups/<group_id>",
        CUSTOMER_GROUPS,
        lambda: Sent({"group_id": 1}),
        missing=Sent({"group_id": 999}),
    ),
]
