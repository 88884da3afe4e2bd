"""POST orderflow/inventory, /shipment, /export/…: the REST twins of OrderFlow's SOAP calls.

A message is judged only as far as it can be stored: a bad quantity or an unknown SKU fails later,
on its own line (docs/contract/shop-rules.md, "Stock messages"). What cannot be a message is refused
and nothing is stored.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from exports.fetching import mark_exported_by_reference
from imports.inbox import accept_inventory, accept_shipment
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import MessageRefused
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    Record,
    meant_by,
    record,
)
from orderflow_bridge.restapi.body import (
    SESSION,
    json_object,
    lost_member,
    members_of,
    names_of,
    other_spelling,
    parsed,
)
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_TEXTS = ("comment", "courierName", "serviceName", "trackingNumber", "dateShipped")
_FLAGS = ("email", "includeComment")
_INVENTORY_MESSAGE = record(
    "OrderFlowInventoryMessage",
    {
        "messageSeqId": Kind.SEQUENCE,
        "productQtys": Many(
            record(
                "ProductQty",
                {"sku": Kind.CODE, "qty": Kind.QUANTITY, "source": Kind.CODE},
                required="sku",
            )
        ),
        "productSeqs": Many(
            record(
                "ProductSeq",
                {"sku": Kind.CODE, "seq": Kind.QUANTITY, "lastOrderExported": Kind.CODE},
                required="sku",
            )
        ),
    },
    required="productQtys productSeqs messageSeqId",
)
_DESPATCH = record(
    "OrderFlowDespatch",
    {
        "messageSeqId": Kind.CODE,
        "orderIncrementId": Kind.CODE,
        "skuQty": Many(
            record(
                "SkuQty",
                {"sku": Kind.CODE, "qty": Kind.QUANTITY, "source": Kind.CODE},
                required="sku",
            )
        ),
        "tracks": Many(record("DespatchTrack", {"trackingNumber": Kind.WORDS})),
        **dict.fromkeys(_TEXTS, Kind.WORDS),
        **dict.fromkeys(_FLAGS, Kind.SWITCH),
    },
    required="orderIncrementId",
)
_REFERENCE = record("OrderFlowReference", {"reference": Kind.CODE}, required="reference")
NOT_A_MESSAGE = "Only stock and despatch messages can be submitted again."
_STOCK_SIGNS = ("productQtys", "product_qtys")
_DESPATCH_SIGNS = ("orderIncrementId", "order_increment_id")
# A name whose colon does not follow at once.
_SPACED = re.compile(rb'"\s+:')


class InventoryView(RestView):
    """Quantities for SKUs and sources (…InventoryRequestManagementV1Update)."""

    @operation(right=ORDERFLOW_IMPORT, takes=_INVENTORY_MESSAGE, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Queue the message; answer "Success - Message N Received" once it is committed."""
        values = json_object(call.http._request)
        return _take_inventory(call.http.body, values, received_by=call.caller.username)


class ShipmentView(RestView):
    """A despatch of an order (…ShipmentRequestManagementV1Create)."""

    @operation(right=ORDERFLOW_IMPORT, takes=_DESPATCH, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Queue the message; answer "Success - Message N Received" once it is committed."""
        values = json_object(call.http._request)
        return _take_despatch(call.http.body, values, received_by=call.caller.username)


class ProductExportView(RestView):
    """OrderFlow's word that it has a product (…ProductRequestManagementV1Export)."""

    entity = Entity.PRODUCT

    @operation(right=ORDERFLOW_IMPORT, takes=_REFERENCE, is_read=False, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Mark it exported; answer with the time of receipt."""
        body = members_of(json_object(call.http._request), _REFERENCE)
        return mark_exported_by_reference(
            self.entity,
            body["reference"],
            body=call.http.body,
            received_by=call.caller.username,
            store_code=call.store,
        )


class OrderExportView(ProductExportView):
    """OrderFlow's word that it has an order (…OrderRequestManagementV1Export)."""

    entity = Entity.ORDER


def submit(body: bytes, *, received_by: str) -> None:
    """Put a stock or despatch message into the queue without HTTP, as its endpoint does.

    What it is, its members tell. Raises MessageRefused with the endpoint's own text.
    """
    limit = web_services().max_body_bytes
    if len(body) > limit:
        raise MessageRefused(f"The message is refused: its size in bytes is above {limit:,}.")
    try:
        values = parsed(body)
        if not isinstance(values, dict):
            raise MessageRefused("Decoding error: the body must be an object.")
        is_stock = any(name in values for name in _STOCK_SIGNS)
        if not is_stock and not any(name in values for name in _DESPATCH_SIGNS):
            raise MessageRefused(NOT_A_MESSAGE)
        take = _take_inventory if is_stock else _take_despatch
        take(body, values, received_by=received_by)
    except Refusal as refusal:
        raise MessageRefused(refusal.text) from None


def _take_inventory(raw: bytes, values: dict[str, Any], *, received_by: str) -> str:
    """Queue a stock message and return its answer. Raises Refusal, or MessageRefused."""
    message = _read(raw, values, _INVENTORY_MESSAGE)
    return accept_inventory(
        quantities=[
            (item["sku"], item.get("qty"), item.get("source")) for item in message["productQtys"]
        ],
        sequences=[
            (item["sku"], item.get("seq"), item.get("lastOrderExported"))
            for item in message["productSeqs"]
        ],
        message_id=str(message["messageSeqId"]),
        body=raw,
        received_by=received_by,
    )


def _take_despatch(raw: bytes, values: dict[str, Any], *, received_by: str) -> str:
    """Queue a despatch message and return its answer. Raises Refusal, or MessageRefused."""
    message = _read(raw, values, _DESPATCH)
    despatch = {name: message.get(name) for name in ("orderIncrementId", *_TEXTS, *_FLAGS)}
    units, tracks = message.get("skuQty") or (), message.get("tracks") or ()
    despatch |= {
        "skuQtys": [{name: each.get(name) for name in ("sku", "qty", "source")} for each in units],
        "tracks": [{"trackingNumber": each.get("trackingNumber")} for each in tracks],
        "sequenceId": message.get("messageSeqId"),
    }
    return accept_shipment(
        despatch=despatch,
        message_id=message.get("messageSeqId") or "",
        body=raw,
        received_by=received_by,
    )


def _read(raw: bytes, values: dict[str, Any], message: Record) -> Document:
    """Return the members of a message, of which `raw` is the text.

    Raises Refusal if something of it would be lost: a member that is there twice, lines under a
    name that the message does not have, or an entry of a list of which nothing is read.
    """
    if raw.count(b'":') != sum(map(len, _objects(values))) or _SPACED.search(raw):
        json.loads(raw, object_pairs_hook=_once)
    _refuse_both_spellings(values, message)
    for name, shape in message.fields.items():
        if isinstance(shape, Many) and isinstance(shape.of, Record):
            entries = values.get(name) or values.get(other_spelling(name))
            for entry in entries if isinstance(entries, list) else ():
                if isinstance(entry, dict):
                    _refuse_both_spellings(entry, shape.of)
                    _refuse_unread(name, entry, shape.of)
    for name, value in values.items():
        if name != SESSION and name not in names_of(message) and _holds_lines(value):
            raise lost_member(name, "is not known here, yet it holds lines.")
    return members_of(values, message)


def _refuse_both_spellings(values: dict[str, Any], record: Record) -> None:
    """Refuse an object with a member in camelCase and in snake_case."""
    for name in values.keys() - record.fields:
        meant = meant_by(name, record.fields)
        if meant and None not in (values[name], values.get(meant)):
            raise lost_member(meant, "is given twice, in two spellings.")


def _refuse_unread(name: str, entry: dict[str, Any], record: Record) -> None:
    """Refuse an entry of a list of which nothing would be read."""
    if entry and not record.required and entry.keys().isdisjoint(names_of(record)):
        fields = ", ".join(record.fields)
        raise lost_member(name, f"has an entry that cannot be read: it needs {fields}.")


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in a document, however deep."""
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members, each of which must be there once."""
    values: dict[str, Any] = {}
    for name, value in members:
        if name in values:
            raise lost_member(name, "is given twice.")
        values[name] = value
    return values


def _holds_lines(value: Any) -> bool:
    """Tell whether there are lines of a message within a value."""
    names = {name for each in _objects(value) for name in each}
    return any(name == "sku" or meant_by(name, ("sku",)) for name in names)


routes = [
    Route("orderflow/inventory", InventoryView),
    Route("orderflow/shipment", ShipmentView),
    Route("orderflow/export/product", ProductExportView),
    Route("orderflow/export/order", OrderExportView),
]
