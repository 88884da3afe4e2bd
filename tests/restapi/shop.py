"""A script that talks to the REST API, and what it talks about."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import orjson
from django.test import Client

from orderflow_bridge.access.rights import RIGHTS
from orderflow_bridge.access.services import grant_token
from tests.factories import make_user

EVERY_RIGHT = tuple(right.name for right in RIGHTS)
ADDRESS = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "street": ["6146 Honey Bluff Parkway"],
    "city": "Calder",
    "region": "Michigan",
    "region_code": "MI",
    "postcode": "49628-7978",
    "country_id": "US",
    "telephone": "(555) 229-3326",
    "email": "veronica.costello@example.com",
}


class Script:
    """Calls addresses below /rest/V1/ with a token of its own; keeps the last answer."""

    def __init__(self, client: Client, rights: Iterable[str] = EVERY_RIGHT) -> None:
        self.client = client
        self.token = grant_token(make_user(rights=rights))

    def call(self, method: str, path: str, body: Any = None, *, prefix: str = "V1") -> Any:
        """Call an address and return the answer."""
        data = b"" if body is None else orjson.dumps(body)
        return self.client.generic(
            method,
            f"/rest/{prefix}/{path}",
            data,
            "application/json",
            headers={"Authorization": f"Bearer {self.token}"},
        )

    def get(self, path: str, **values: Any) -> Any:
        """Return the JSON of a GET that must succeed."""
        return self._succeed("GET", path, **values)

    def post(self, path: str, body: Any = None, **values: Any) -> Any:
        """Return the JSON of a POST that must succeed."""
        return self._succeed("POST", path, body, **values)

    def put(self, path: str, body: Any = None, **values: Any) -> Any:
        """Return the JSON of a PUT that must succeed."""
        return self._succeed("PUT", path, body, **values)

    def delete(self, path: str, **values: Any) -> Any:
        """Return the JSON of a DELETE that must succeed."""
        return self._succeed("DELETE", path, **values)

    def refused(self, method: str, path: str, body: Any = None, *, status: int = 400) -> str:
        """Return the message of a call that must be refused with this status."""
        answer = self.call(method, path, body)
        assert answer.status_code == status, answer.content
        message: str = answer.json()["message"]
        return message

    def _succeed(self, method: str, path: str, body: Any = None, **values: Any) -> Any:
        answer = self.call(method, path, body, **values)
        assert answer.status_code == 200, answer.content
        return answer.json()


def criteria(**filters: Any) -> str:
    """Return a query string that asks for rows whose fields equal these values."""
    pairs = {"searchCriteria": ""}
    for group, (field, value) in enumerate(filters.items()):
        stem = f"searchCriteria[filter_groups][{group}][filters][0]"
        pairs |= {f"{stem}[field]": field, f"{stem}[value]": value}
    return urlencode(pairs)


def an_order(*items: dict[str, Any], **values: Any) -> dict[str, Any]:
    """Return the document of an order, as an ERP would send it."""
    return {
        "entity": {
            "customer_email": "veronica.costello@example.com",
            "customer_firstname": "Veronica",
            "customer_lastname": "Costello",
            "shipping_description": "Flat Rate - Fixed",
            "shipping_amount": 5,
            "items": list(items),
            "billing_address": {"address_type": "billing", **ADDRESS},
            "payment": {"method": "checkmo", "additional_information": ["Check / Money order"]},
            "extension_attributes": {
                "shipping_assignments": [
                    {"shipping": {"address": ADDRESS, "method": "flatrate_flatrate"}}
                ]
            },
            **values,
        }
    }


# Every field of a custom option.
AN_OPTION = {
    "product_sku": "A", "option_id": 3, "title": "T", "type": "drop_down", "sort_order": 2,
    "is_require": True, "price": 1.5, "price_type": "fixed", "sku": "S", "file_extension": "png",
    "max_characters": 4, "image_size_x": 5, "image_size_y": 6,
    "values": [
        {"title": "V", "sort_order": 1, "price": 2.5, "price_type": "percent", "sku": "W",
         "option_type_id": 7}
    ],
}  # fmt: skip
