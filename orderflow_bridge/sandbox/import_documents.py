"""Import documents taken in line by line, and the report about them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from orderflow_bridge.common.numbers import parse_quantity
from orderflow_bridge.sandbox.answers import Answer, document, exception
from orderflow_bridge.sandbox.records import OrderLine, WarehouseOrder
from orderflow_bridge.sandbox.warehouse import NotPossible, Warehouse, time_text

_QUANTITY = re.compile(r"orderLine\.(\d+)\.quantity")


class AlreadyHere(NotPossible):
    """An insert of something that the warehouse has; reported as a duplicate."""


@dataclass(frozen=True)
class Entry:
    """One `import` element: its attributes, and its `key=value` lines as a mapping."""

    type: str
    operation: str
    reference: str
    fields: dict[str, str]


def import_items(body: bytes, warehouse: Warehouse) -> Answer:
    """Take in a document and report on every entity; one that fails does not stop the others."""
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return exception(f"The document cannot be read: {error}")
    if root.tag != "imports":
        return exception(f"The document's root is {root.tag}, not imports.")
    lists: dict[str, list[str]] = {"Success": [], "Failure": [], "Duplicate": []}
    for element in root.iterchildren("import"):
        entry = _entry(element)
        kind, message = _fate(entry, warehouse)
        lists[kind].append(_line(entry, kind, message))
    names = (("Success", "Successes"), ("Failure", "Failures"), ("Duplicate", "Duplicates"))
    parts = (f"<import{many}>{''.join(lists[one])}</import{many}>" for one, many in names)
    return document(f"<importReport>{''.join(parts)}</importReport>")


def _entry(element: etree._Element) -> Entry:
    """Read one element; a line is split at its first `=`."""
    lines = (line.strip().partition("=") for line in (element.text or "").splitlines())
    return Entry(
        element.get("type", ""),
        element.get("operation", ""),
        element.get("externalReference", ""),
        {key: value for key, sign, value in lines if sign},
    )


def _fate(entry: Entry, warehouse: Warehouse) -> tuple[str, str]:
    take = _TAKERS.get(entry.type)
    if take is None:
        return "Failure", f"There is no import of type {entry.type!r}."
    if not entry.reference:
        return "Failure", "The external reference is missing."
    try:
        take(entry, warehouse)
    except AlreadyHere as found:
        return "Duplicate", str(found)
    except (NotPossible, ValueError) as error:
        return "Failure", str(error)
    return "Success", ""


def _take_product(entry: Entry, warehouse: Warehouse) -> None:
    is_here = entry.reference in warehouse.stock
    if entry.operation == "insert" and is_here:
        raise AlreadyHere(f"Product {entry.reference} exists already.")
    if entry.operation == "update" and not is_here:
        raise NotPossible(f"There is no product {entry.reference} in the warehouse.")
    warehouse.take_product(
        entry.reference,
        description=entry.fields.get("description", ""),
        first_units=Decimal(0),
    )


def _take_order(entry: Entry, warehouse: Warehouse) -> None:
    fields = entry.fields
    lines = []
    for key, value in fields.items():
        if found := _QUANTITY.fullmatch(key):
            prefix = f"orderLine.{found[1]}."
            sku = fields.get(f"{prefix}product.externalReference", "")
            if sku not in warehouse.stock:
                raise NotPossible(f"There is no product {sku} in the warehouse.")
            lines.append(OrderLine(sku, fields.get(f"{prefix}description", ""),
                                   parse_quantity(value)))  # fmt: skip
    if not lines:
        raise NotPossible(f"Order {entry.reference} has no lines.")
    order = WarehouseOrder(
        increment_id=entry.reference,
        recipient=fields.get("deliveryContactName", ""),
        email=fields.get("deliveryEmailAddress", ""),
        delivery=fields.get("shipment.deliverySuggestionName", ""),
        lines=lines,
    )
    if not warehouse.take_order(order, at=datetime.now(UTC)):
        raise AlreadyHere(f"Order {entry.reference} exists already.")


def _take_return(entry: Entry, warehouse: Warehouse) -> None:
    """Accept a return; the sandbox has no department for it and only reports it."""


_TAKERS: dict[str, Callable[[Entry, Warehouse], None]] = {
    "product": _take_product,
    "order": _take_order,
    "return": _take_return,
}


def _line(entry: Entry, kind: str, message: str) -> str:
    word = kind.lower()
    attributes = "".join(
        f" {name}={quoteattr(value)}"
        for name, value in (
            ("externalReference", entry.reference),
            ("type", entry.type),
            ("operation", entry.operation),
            ("entity", entry.type),
            ("item", entry.reference),
            ("queryTime", time_text(datetime.now(UTC))),
        )
    )
    inside = ""
    if message:
        text = escape(message)
        inside = f"<{word}Detail>{text}</{word}Detail><{word}Message>{text}</{word}Message>"
    return f"<import{kind}{attributes}>{inside}</import{kind}>"
