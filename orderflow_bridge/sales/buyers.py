"""Who has placed an order, kept as a customer (customers/services.py)."""

from collections.abc import Iterable
from typing import Any

from orderflow_bridge.customers.services import note_buyer
from orderflow_bridge.sales.drafts import OrderDraft
from orderflow_bridge.sales.models import OrderAddress

_PLAIN = ("firstname", "lastname", "company", "city", "postcode", "country_id", "telephone", "fax")
_RARER = ("middlename", "prefix", "suffix")


def keep_buyer(draft: OrderDraft) -> None:
    """Keep the buyer of an order that was placed; guests are not kept, as in Magento.

    One look for somebody who is known, two statements more for somebody who is new.
    """
    order = draft.order
    if order.customer_is_guest:
        return
    billing = next(iter(draft.addresses), None)
    shops_id = order.extra.get("customer_id")
    note_buyer(
        order.website_id,
        {
            "email": order.customer_email,
            "firstname": order.customer_firstname or (billing and billing.firstname),
            "lastname": order.customer_lastname or (billing and billing.lastname),
            "group_id": order.customer_group_id or None,
            "addresses": _address_book(draft.addresses),
            "extra": {
                name: order.extra[f"customer_{name}"]
                for name in (*_RARER, "dob", "taxvat", "gender")
                if f"customer_{name}" in order.extra
            },
        },
        order_id=order.pk,
        shops_id=shops_id if isinstance(shops_id, int) and shops_id > 0 else None,
        store_id=order.store_id,
    )


def _address_book(addresses: Iterable[OrderAddress]) -> list[dict[str, Any]]:
    """Return the addresses as Magento's documents of a customer's; two that are alike are one."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for each in addresses:
        values = {name: getattr(each, name) for name in _PLAIN if getattr(each, name)}
        document = found.setdefault(
            (*(f"{name}:{value}" for name, value in values.items()), each.street, each.region),
            values | {"street": each.street.splitlines()},
        )
        if each.region or each.region_code:
            document["region"] = {"region_code": each.region_code, "region": each.region}
        document[f"default_{each.address_type}"] = True
    return list(found.values())
