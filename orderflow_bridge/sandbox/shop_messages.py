"""Messages to the shop as data, and their SOAP envelopes: Magento 2's, and Magento 1's on request.

A message is kept as plain data, so that it can be sent again with the same numbers. Secrets are not
part of it: the session is filled in when the envelope is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from xml.sax.saxutils import escape

from orderflow_bridge.common.numbers import parse_quantity, plain
from orderflow_bridge.sandbox.faults import PushKind

UNKNOWN_SKU = "NOT-IN-THE-SHOP"
SESSION_MARK = "[session_authentication_token]"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_INVENTORY = "realtimeDespatchOrderFlowInventoryRequestManagementV1"
_SHIPMENT = "realtimeDespatchOrderFlowShipmentRequestManagementV1"
_TYPES = (
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"'
    ' SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
)


@dataclass(frozen=True)
class StockLine:
    """What the shop is told of one SKU: available units and inventory record id."""

    sku: str
    qty: str
    seq: str
    last_order_exported: str


@dataclass(frozen=True)
class ShopMessage:
    """One message. `purpose` is inventory or shipment, `dialect` M2 or M1.

    An inventory message has `lines`; a shipment message has `units` (SKU, units) and `fields`.
    """

    purpose: str
    message_id: str
    dialect: str = "M2"
    lines: tuple[StockLine, ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def reference(self) -> str:
        """What an operator searches for: the order, the only SKU, or how many products."""
        if self.purpose == "shipment":
            return dict(self.fields).get("orderIncrementId", "")
        return self.lines[0].sku if len(self.lines) == 1 else f"{len(self.lines)} products"

    def stored(self) -> dict[str, Any]:
        """Return the message as JSON can hold it."""
        return asdict(self)


def shop_message_from(stored: Mapping[str, Any]) -> ShopMessage:
    """Return the message that was stored."""
    return ShopMessage(
        purpose=stored["purpose"],
        message_id=stored["message_id"],
        dialect=stored["dialect"],
        lines=tuple(StockLine(**line) for line in stored["lines"]),
        units=tuple((sku, qty) for sku, qty in stored["units"]),
        fields=tuple((name, value) for name, value in stored["fields"]),
    )


def garbled(shop_message: ShopMessage, kind: PushKind) -> ShopMessage:
    """Return a message with this said wrongly in it; one that does not say it stays as it is."""
    lines, units = shop_message.lines, shop_message.units
    if kind is PushKind.NOTHING_LEFT:
        lines = tuple(replace(line, qty="0") for line in lines)
    elif kind is PushKind.UNKNOWN_SKU and lines:
        newest = max(lines, key=lambda line: int(line.seq))
        lines = (*lines, replace(newest, sku=UNKNOWN_SKU, qty="3"))
    elif kind is PushKind.TOO_MANY and units:
        (sku, count), *others = units
        units = ((sku, plain(parse_quantity(count) + 1)), *others)
    return replace(shop_message, lines=lines, units=units)


def service_of(shop_message: ShopMessage) -> str:
    """Return the Magento 2 service that takes the message."""
    return _INVENTORY if shop_message.purpose == "inventory" else _SHIPMENT


def magento_2(shop_message: ShopMessage, *, namespace: str) -> str:
    """Return the envelope for Magento 2; the token travels in the header."""
    operation = "Update" if shop_message.purpose == "inventory" else "Create"
    inside = (
        _stock_parts(shop_message)
        if shop_message.purpose == "inventory"
        else _shipment_parts(shop_message)
    )
    name = f"{service_of(shop_message)}{operation}Request"
    return magento_2_call(name, inside, namespace=namespace)


def magento_2_call(name: str, inside: str, *, namespace: str) -> str:
    """Return an envelope for any Magento 2 call."""
    return _envelope(f'<ns1:{name} xmlns:ns1="{escape(namespace)}">\n{inside}</ns1:{name}>')


def magento_1(shop_message: ShopMessage, *, session: str) -> str:
    """Return the envelope for Magento 1 (docs/contract/soap.md): rpc, typed, paired by key."""
    if shop_message.purpose == "inventory":
        name, inside = "orderflowInventoryMultiUpdate", _legacy_stock_parts(shop_message)
    else:
        name, inside = "orderflowShipmentCreate", _legacy_shipment_parts(shop_message)
    return legacy_call(name, f"{_typed('sessionId', session)}{inside}")


def legacy_call(name: str, inside: str) -> str:
    """Return an envelope for any Magento 1 call."""
    return _envelope(f'<ns1:{name} xmlns:ns1="urn:Magento">\n{inside}</ns1:{name}>', types=_TYPES)


def legacy_text(name: str, value: str, kind: str = "string") -> str:
    """Return one typed element of a Magento 1 call."""
    return _typed(name, value, kind)


def element(name: str, value: str) -> str:
    """Return one element with its text escaped."""
    return f"<{name}>{escape(value)}</{name}>"


def _stock_parts(shop_message: ShopMessage) -> str:
    quantities = _items(
        element("sku", line.sku) + element("qty", line.qty) for line in shop_message.lines
    )
    sequences = _items(
        element("sku", line.sku)
        + element("seq", line.seq)
        + _unless_empty("lastOrderExported", line.last_order_exported)
        for line in shop_message.lines
    )
    return (
        f"<productQtys>\n{quantities}</productQtys>\n<productSeqs>\n{sequences}</productSeqs>\n"
        f"{element('messageSeqId', shop_message.message_id)}\n"
    )


def _shipment_parts(shop_message: ShopMessage) -> str:
    fields = dict(shop_message.fields)
    order = element("orderIncrementId", fields.pop("orderIncrementId"))
    items = _items(element("sku", sku) + element("qty", qty) for sku, qty in shop_message.units)
    tracks = ""
    if number := fields.get("trackingNumber"):
        tracks = f"<tracks>\n{_items([element('trackingNumber', number)])}</tracks>\n"
    others = "".join(f"{element(name, value)}\n" for name, value in fields.items())
    last = element("messageSeqId", shop_message.message_id)
    return f"{order}\n<skuQty>\n{items}</skuQty>\n{tracks}{others}{last}\n"


def _legacy_stock_parts(shop_message: ShopMessage) -> str:
    quantities = _pairs("skuQty", ((line.sku, line.qty, "") for line in shop_message.lines))
    sequences = _pairs(
        "skuSeq",
        (
            (line.sku, line.seq, _unless_empty("lastOrderExported", line.last_order_exported))
            for line in shop_message.lines
        ),
    )
    return (
        f"<skusQty>\n{quantities}</skusQty>\n<skusSeqId>\n{sequences}</skusSeqId>\n"
        f"{_typed('messageSeqId', shop_message.message_id, 'long')}"
    )


def _legacy_shipment_parts(shop_message: ShopMessage) -> str:
    fields = dict(shop_message.fields)
    order = _typed("orderIncrementId", fields.pop("orderIncrementId"))
    items = _pairs("skuQty", ((sku, qty, "") for sku, qty in shop_message.units))
    others = "".join(_typed(name, value) for name, value in fields.items())
    last = _typed("messageSeqId", shop_message.message_id, "long")
    return f"{order}<skuQty>\n{items}</skuQty>\n{others}{last}"


def _pairs(kind: str, rows: Iterable[tuple[str, str, str]]) -> str:
    return "".join(
        f'<item xsi:type="ns1:{kind}">{_typed("key", key)}{_typed("value", value, "int")}{more}'
        "</item>\n"
        for key, value, more in rows
    )


def _items(rows: Iterable[str]) -> str:
    return "".join(f"<item>{row}</item>\n" for row in rows)


def _typed(name: str, value: str, kind: str = "string") -> str:
    return f'<{name} xsi:type="xsd:{kind}">{escape(value)}</{name}>\n'


def _unless_empty(name: str, value: str) -> str:
    return element(name, value) if value else ""


def _envelope(body: str, *, types: str = "") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{_SOAP}"{types}>\n'
        f"<SOAP-ENV:Body>\n{body}\n</SOAP-ENV:Body>\n</SOAP-ENV:Envelope>\n"
    )
