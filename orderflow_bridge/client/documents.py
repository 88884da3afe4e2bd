"""The documents that OrderFlow imports: products, orders, returns (docs/contract/documents.md;
samples: tests/client/golden).

An entity is written as `key=value` lines inside one CDATA section. The format has no escaping, so
the rule is: one line per field, whatever the value holds.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lxml import etree

Value = str | int | float | Decimal | bool | None

PRODUCT_KEYS = (
    "externalReference", "description", "barcode", "imageReference", "weight", "weightUnits",
    "physicalStorageTypes", "category", "priceNet", "sellable", "priceGross", "tax", "taxCode",
    "currency", "length", "width", "height", "area", "volume",
)  # fmt: skip
ORDER_KEYS = (
    "externalReference", "state", "paymentGatewayIdentifier", "paymentTransactionInfo",
    "customerComment", "totalPriceNet", "totalPriceGross", "totalPriceTax", "totalTax", "taxCode",
    "shippingPriceNet", "shippingPriceGross", "shippingTax", "shippingTaxCode", "goodsPriceNet",
    "goodsPriceGross", "goodsTax", "goodsTaxCode", "currency", "currencyUnits", "promotionCode",
    "promotionDescription", "source",
)  # fmt: skip
ADDRESS_LINES = tuple(f"addressLine{number}" for number in range(1, 7))
ADDRESS_KEYS = (
    *ADDRESS_LINES, "countryCode", "postCode", "contactName", "emailAddress", "dayPhoneNumber",
    "eveningPhoneNumber", "mobilePhoneNumber", "faxNumber", "companyName",
)  # fmt: skip
ORDER_LINE_KEYS = (
    "quantity", "description", "totalPriceNet", "totalPriceGross", "totalTax", "totalTaxCode",
    "unitPriceNet", "unitPriceGross", "unitTax", "unitTaxCode", "promotionCode",
    "promotionPriceDescription",
)  # fmt: skip
SHIPMENT_KEYS = (
    "externalReference", "state", "earliestShipDate", "site", "priority", "priorityName", "weight",
    "weightUnits", "courier", "deliverySuggestionCode", "deliverySuggestionName", "pickingMode",
    "despatchComment", "despatchReference", "deliveryInstruction",
)  # fmt: skip
RETURN_KEYS = (
    "externalReference", "authorisation", "authorised", "type", "storeId", "returnDate", "note",
)  # fmt: skip
RETURN_LINE_KEYS = ("quantity", "reason", "condition", "product", "returnItem")

_LINE_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FOUR_PLACES = Decimal("0.0001")


class ProductOperation(StrEnum):
    """What OrderFlow does with a product it already knows."""

    IMPORT = "insert"
    MERGE = "merge"
    UPDATE = "update"


@dataclass(frozen=True)
class ProductDocument:
    """One product: its SKU, and values by OrderFlow's key; unknown keys go last, as given."""

    reference: str
    fields: Mapping[str, Value] = field(default_factory=dict)


def products_document(products: Iterable[ProductDocument], operation: ProductOperation) -> bytes:
    """Return the XML of a product import, merge or update."""
    return _document(
        ((product.reference, _content(product)) for product in products),
        type="product",
        operation=operation.value,
    )


@dataclass(frozen=True)
class OrderLine:
    """One product of an order."""

    sku: str
    fields: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class OrderDocument:
    """One order: its number, values by OrderFlow's key, two addresses, lines and shipment."""

    reference: str
    fields: Mapping[str, Value] = field(default_factory=dict)
    delivery: Mapping[str, Value] = field(default_factory=dict)
    invoice: Mapping[str, Value] = field(default_factory=dict)
    lines: Sequence[OrderLine] = ()
    shipment: Mapping[str, Value] = field(default_factory=dict)


def orders_document(orders: Iterable[OrderDocument]) -> bytes:
    """Return the XML of an order import."""
    return _document(
        ((order.reference, "\n".join([*_order_lines(order), ""])) for order in orders),
        type="order",
        operation="insert",
    )


@dataclass(frozen=True)
class ReturnDocument:
    """One return: its own reference, its authorisation, values by OrderFlow's key, its lines."""

    reference: str
    authorisation: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    lines: Sequence[Mapping[str, Value]] = ()


def returns_document(returns: Iterable[ReturnDocument]) -> bytes:
    """Return the XML of a return import."""
    return _document(
        ((entry.reference, "\n".join([*_return_lines(entry), ""])) for entry in returns),
        type="return",
        operation="insert",
    )


def text_of(value: Value) -> str:
    """Return a value as OrderFlow reads it: true → 1, false → 0, numbers plain with four places.

    Line breaks become one blank, because a second line would be a second field; characters that XML
    cannot carry are dropped. None is the empty text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float | Decimal):
        return _number(Decimal(str(value)))
    return _NOT_XML.sub("", _LINE_BREAKS.sub(" ", str(value)))


def _content(product: ProductDocument) -> str:
    fields = {**product.fields, "externalReference": product.reference}
    return "\n".join(_fields(fields, PRODUCT_KEYS))


def _order_lines(order: OrderDocument) -> Iterator[str]:
    yield from _fields({**order.fields, "externalReference": order.reference}, ORDER_KEYS)
    yield from _address(order.delivery, "delivery")
    yield from _address(order.invoice, "invoice")
    for number, line in enumerate(order.lines, start=1):
        prefix = f"orderLine.{number}."
        yield f"{prefix}product.externalReference={text_of(line.sku)}"
        yield from _fields(line.fields, ORDER_LINE_KEYS, prefix=prefix)
        yield f"{prefix}shipment=entity:shipment"
    shipment = {**order.shipment, "externalReference": order.reference}
    yield from _fields(shipment, SHIPMENT_KEYS, prefix="shipment.")
    yield "shipment.orderItem=entity:order"


def _address(address: Mapping[str, Value], prefix: str) -> Iterator[str]:
    """Yield an address; its empty lines are squeezed out upwards, keeping their order."""
    filled = [address[key] for key in ADDRESS_LINES if text_of(address.get(key))]
    others = {key: value for key, value in address.items() if key not in ADDRESS_LINES}
    squeezed = dict(zip(ADDRESS_LINES, filled, strict=False))
    yield from _fields({**squeezed, **others}, ADDRESS_KEYS, prefix=prefix, capital=True)


def _return_lines(entry: ReturnDocument) -> Iterator[str]:
    named = {"externalReference": entry.reference, "authorisation": entry.authorisation}
    yield from _fields({**entry.fields, **named}, RETURN_KEYS, prefix="return.")
    for number, line in enumerate(entry.lines, start=1):
        fields = {**line, "returnItem": "return"}
        yield from _fields(fields, RETURN_LINE_KEYS, prefix=f"returnLine.{number}.")


def _number(number: Decimal) -> str:
    if not number.is_finite():
        raise ValueError(f"{number} cannot be sent to OrderFlow: it is not a number")
    text = f"{number.quantize(_FOUR_PLACES, rounding=ROUND_HALF_UP):f}"
    stripped = text.rstrip("0").rstrip(".")
    return "0" if stripped in {"-0", ""} else stripped


def _key(key: str) -> str:
    """Return a custom key that cannot break its line: no line breaks, no equals signs."""
    return text_of(key).replace("=", " ").strip()


def _fields(
    fields: Mapping[str, Value], declared: Sequence[str], *, prefix: str = "", capital: bool = False
) -> Iterator[str]:
    """Yield an entity's `key=value` lines: declared keys in OrderFlow's order, then custom ones.

    A declared key without a value (None or the empty text) is left out; zero and false are
    written. A custom key is always written. With `capital` a key's first letter is raised.
    """
    for key in declared:
        text = text_of(fields.get(key))
        if text:
            yield f"{prefix}{_raised(key) if capital else key}={text}"
    for key in fields:
        if key not in declared:
            name = _key(key)
            yield f"{prefix}{_raised(name) if capital else name}={text_of(fields[key])}"


def _raised(key: str) -> str:
    return key[:1].upper() + key[1:]


def _document(entities: Iterable[tuple[str, str]], *, type: str, operation: str) -> bytes:
    """Return a whole document in UTF-8: one `import` element for each (reference, content)."""
    imports = "".join(
        _import_element(type=type, operation=operation, reference=reference, content=content)
        for reference, content in entities
    )
    root = f"<imports>{imports}</imports>" if imports else "<imports/>"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}\n'.encode()


def _import_element(*, type: str, operation: str, reference: str, content: str) -> str:
    """Return one `import` element. A CDATA terminator in the content is split over two sections."""
    attributes = {"type": type, "operation": operation, "externalReference": text_of(reference)}
    empty = etree.tostring(etree.Element("import", attributes), encoding="unicode")
    section = content.replace("]]>", "]]]]><![CDATA[>")
    return f"{empty.removesuffix('/>')}><![CDATA[{section}]]></import>"
