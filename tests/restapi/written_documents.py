"""Every document that REST takes, with a value for every field: how it is written and read back.

A field may follow from something else, as in Magento; then it is named here, with the reason.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orderflow_bridge.documents import cart_records as quotes
from orderflow_bridge.documents import order_records as sales
from orderflow_bridge.documents import product_records as products
from orderflow_bridge.documents import shipments
from orderflow_bridge.documents import stock as inventory
from orderflow_bridge.documents.order_records import ITEM_EXTENSION
from orderflow_bridge.documents.records import Kind, Many, Record, Shape
from tests.carts import make_sold
from tests.factories import make_order
from tests.restapi.shop import AN_OPTION, Script, an_order, criteria

Document = dict[str, Any]
TIME = "2026-01-02 03:04:05"


@dataclass
class Written:
    """A document that is written and read by these, the values that must be as they are said here,
    and the fields that are not given back, with the reason.
    """

    record: Record
    send: Callable[[Script, Document], Any]
    read: Callable[[Script, Any], Document]
    values: Mapping[str, Any] = field(default_factory=dict)
    follows: Mapping[str, str] = field(default_factory=dict)


def sample(shape: Shape, name: str) -> Any:
    """Return a value of a shape that nothing would make by itself."""
    match shape:
        case Record():
            return {part: sample(of, part) for part, of in shape.fields.items()}
        case Many():
            return [sample(shape.of, name)]
        case Kind.INT:
            return 1
        case Kind.FLOAT:
            return 2.5
        case Kind.FLAG:
            return True
    return TIME if name.endswith("_at") else f"a {name}"


def place(script: Script, item: Document | None = None, **values: Any) -> Document:
    make_sold("A")
    row = {"sku": "A", "qty_ordered": 5, **(item or {})}
    order: Document = script.post("orders", an_order(row, **values))
    return script.get(f"orders/{order['entity_id']}")


def ordered(
    wrap: Callable[[Document], Document], pick: Callable[[Document], Any], **values: Any
) -> dict[str, Any]:
    """Return how a part of an order is sent, and how it is found in the order."""
    return {
        "send": lambda script, part: place(script, **wrap(part)),
        "read": lambda script, order: pick(order),
        **values,
    }


def ship(script: Script, **entity: Any) -> Document:
    order = make_order(items=[("A", 2)])
    return script.post("shipment", {"entity": {"order_id": order.pk, **entity}})


def send_track(script: Script, track: Document) -> Document:
    shipment = ship(script)
    named = {"parent_id": shipment["entity_id"], "order_id": shipment["order_id"]}
    script.post("shipment/track", {"entity": {**track, **named}})
    return script.get(f"shipment/{shipment['entity_id']}")


def send_comment(script: Script, comment: Document) -> Document:
    shipment_id = ship(script)["entity_id"]
    script.post(f"shipment/{shipment_id}/comments", {"entity": comment})
    return script.get(f"shipment/{shipment_id}")


def send_product(script: Script, product: Document) -> None:
    make_sold("L")
    script.post("products", {"product": product})


def read_product(script: Script, _: object) -> Document:
    product = script.get("products/A")
    attributes = product["custom_attributes"]
    product["custom_attributes"] = [
        each for each in attributes if not each["attribute_code"].startswith("orderflow_")
    ]
    return product


def send_stock_item(script: Script, item: Document) -> None:
    make_sold("A")
    script.put("products/A/stockItems/1", {"stockItem": item})


def send_source_item(script: Script, item: Document) -> None:
    make_sold("A")
    script.post("inventory/source-items", {"sourceItems": [item]})


def send_cart_address(script: Script, address: Document) -> int:
    make_sold("A")
    cart: int = script.post("carts/")
    script.post(f"carts/{cart}/billing-address", {"address": address})
    return cart


def shipping(part: Document) -> Document:
    return {"extension_attributes": {"shipping_assignments": [{"shipping": {"address": part}}]}}


def delivered(order: Document) -> Any:
    return order["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]


ID = "Is given by the shop"
OWN = "A document of its own"
PLACE = "Follows from where it stands"
STANDING = "Where the shop stands with OrderFlow is not for callers to say"
ADDRESSED = {"entity_id": ID, "parent_id": PLACE, "address_type": PLACE}
TRACKED = {"entity_id": ID, "order_id": PLACE, "parent_id": PLACE, "created_at": "Is now",
           "updated_at": "Is now", "extension_attributes": "The shipping map's link"}  # fmt: skip
DOCUMENTS = {
    "order": Written(
        sales.ORDER,
        lambda script, order: place(script, **{k: v for k, v in order.items() if v is not None}),
        lambda script, order: order,
        {
            "state": "new", "status": "pending", "base_currency_code": "USD",
            "order_currency_code": "USD", "customer_email": "a@example.com", "store_id": None,
            "entity_id": None, "items": None, "billing_address": None, "payment": None,
            "status_histories": None, "extension_attributes": None,
        },
        {
            "entity_id": ID, "store_id": "Must be a store view's", "is_virtual": "Follows",
            "billing_address_id": ID, "store_name": "Follows from the store view, as in Magento",
            "updated_at": "Is now", "total_due": "Grand total less total paid, as in Magento",
            "base_total_due": "Grand total less total paid", "total_item_count": "Counts the rows",
            "items": OWN, "billing_address": OWN, "payment": OWN, "status_histories": OWN,
            "extension_attributes": OWN,
        },
    ),
    "row": Written(
        sales.ITEM,
        **ordered(lambda part: {"item": part}, lambda order: order["items"][0]),
        values={
            "sku": "A", "product_type": "simple", "qty_ordered": 5, "parent_item": None,
            "parent_item_id": None, "product_option": None, "is_virtual": 0,
        },
        follows={
            "item_id": ID, "order_id": PLACE, "product_id": "By the SKU", "store_id": PLACE,
            "parent_item_id": "Names a row of the same document", "parent_item": PLACE,
            "updated_at": "Is now", "product_option": "Has whole numbers as texts",
        },
    ),
    "row's extension": Written(
        ITEM_EXTENSION,
        **ordered(
            lambda part: {"item": {"extension_attributes": part}},
            lambda order: order["items"][0]["extension_attributes"],
        ),
    ),
    "order's extension": Written(
        sales.ORDER_EXTENSION,
        **ordered(
            lambda part: {"extension_attributes": part},
            lambda order: order["extension_attributes"],
        ),
        values={"shipping_assignments": None},
        follows={
            "shipping_assignments": OWN,
            "payment_additional_info": "Follows from the payment, as in Magento",
            "orderflow_export_status": STANDING, "orderflow_export_date": STANDING,
        },
    ),
    "billing address": Written(
        sales.ADDRESS,
        **ordered(lambda part: {"billing_address": part}, lambda order: order["billing_address"]),
        values={"country_id": "US", "email": "a@example.com", "region_code": "MI"},
        follows=ADDRESSED,
    ),
    "shipping address": Written(
        sales.ADDRESS,
        **ordered(shipping, delivered),
        values={"country_id": "US", "email": "a@example.com", "region_code": "MI"},
        follows=ADDRESSED,
    ),
    "payment": Written(
        sales.PAYMENT,
        **ordered(lambda part: {"payment": part}, lambda order: order["payment"]),
        follows={"entity_id": ID, "parent_id": PLACE},
    ),
    "history": Written(
        sales.STATUS_HISTORY,
        **ordered(
            lambda part: {"status_histories": [part]}, lambda order: order["status_histories"][0]
        ),
        values={"status": "pending", "entity_name": "invoice"},
        follows={"entity_id": ID, "parent_id": PLACE},
    ),
    "track": Written(
        shipments.SHIPMENT_TRACK,
        send_track,
        lambda script, shipment: shipment["tracks"][0],
        follows=TRACKED,
    ),
    "track of a new shipment": Written(
        shipments.SHIPMENT_TRACK,
        lambda script, track: ship(script, tracks=[track]),
        lambda script, shipment: shipment["tracks"][0],
        follows=TRACKED,
    ),
    "remark on a shipment": Written(
        shipments.SHIPMENT_COMMENT,
        send_comment,
        lambda script, shipment: shipment["comments"][0],
        follows={"entity_id": ID, "parent_id": PLACE},
    ),
    "remark on a new shipment": Written(
        shipments.SHIPMENT_COMMENT,
        lambda script, comment: ship(script, comments=[comment]),
        lambda script, shipment: shipment["comments"][0],
        follows={"entity_id": ID, "parent_id": PLACE},
    ),
    "product": Written(
        products.PRODUCT,
        send_product,
        read_product,
        {
            "sku": "A", "type_id": "simple", "media_gallery_entries": None,
            "extension_attributes": None, "options": [AN_OPTION],
            "product_links": [{"sku": "A", "link_type": "related", "linked_product_sku": "L",
                               "linked_product_type": "simple", "position": 1}],
            "custom_attributes": [{"attribute_code": "colour", "value": "red"}],
        },
        {
            "id": ID, "created_at": "Is now, as in Magento", "updated_at": "Is now",
            "media_gallery_entries": "Pictures: test_product_media.py",
            "extension_attributes": OWN,
        },
    ),
    "stock item": Written(
        products.STOCK_ITEM, send_stock_item,
        lambda script, _: script.get("stockItems/A"),
        {name: False for name in products.STOCK_ITEM.fields if name.startswith("use_config")},
        {
            "item_id": ID, "product_id": ID, "stock_id": "There is one",
            "low_stock_date": "Magento writes it itself",
            "stock_status_changed_auto": "Magento writes it itself",
            "show_default_notification_message": "Magento has no way to write it",
        },
    ),
    "source item": Written(
        inventory.SOURCE_ITEM, send_source_item,
        lambda script, _: script.get(f"inventory/source-items?{criteria(sku='A')}")["items"][0],
        {"sku": "A", "source_code": "default"},
    ),
    "source": Written(
        inventory.SOURCE,
        lambda script, source: script.post("inventory/sources", {"source": source}),
        lambda script, _: script.get("inventory/sources/north"),
        {"source_code": "north", "country_id": "US", "carrier_links": []},
    ),
    "stock": Written(
        inventory.STOCK,
        lambda script, stock: script.post("inventory/stocks", {"stock": stock}),
        lambda script, stock_id: script.get(f"inventory/stocks/{stock_id}"),
        {"stock_id": None,
         "extension_attributes": {"sales_channels": [{"type": "website", "code": "base"}]}},
        {"stock_id": ID},
    ),
    "cart's address": Written(
        quotes.CART_ADDRESS,
        send_cart_address,
        lambda script, cart: script.get(f"carts/{cart}/billing-address"),
        {"country_id": "US", "email": "a@example.com", "region_code": "MI"},
        {"id": ID},
    ),
}  # fmt: skip


def filled(case: Written) -> Document:
    """Return a document with a value for every field."""
    return {
        part: case.values[part] if part in case.values else sample(shape, part)
        for part, shape in case.record.fields.items()
    }
