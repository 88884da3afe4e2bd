"""Order documents: an order with its addresses, lines and shipment (docs/contract/documents.md)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from orderflow_bridge.client.documents.fields import Value, document, lines_of, text_of

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
LINE_KEYS = (
    "quantity", "description", "totalPriceNet", "totalPriceGross", "totalTax", "totalTaxCode",
    "unitPriceNet", "unitPriceGross", "unitTax", "unitTaxCode", "promotionCode",
    "promotionPriceDescription",
)  # fmt: skip
SHIPMENT_KEYS = (
    "externalReference", "state", "earliestShipDate", "site", "priority", "priorityName", "weight",
    "weightUnits", "courier", "deliverySuggestionCode", "deliverySuggestionName", "pickingMode",
    "despatchComment", "despatchReference", "deliveryInstruction",
)  # fmt: skip


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
    return document(
        ((order.reference, "\n".join([*_lines(order), ""])) for order in orders),
        type="order",
        operation="insert",
    )


def _lines(order: OrderDocument) -> Iterator[str]:
    yield from lines_of({**order.fields, "externalReference": order.reference}, ORDER_KEYS)
    yield from _address(order.delivery, "delivery")
    yield from _address(order.invoice, "invoice")
    for number, line in enumerate(order.lines, start=1):
        prefix = f"orderLine.{number}."
        yield f"{prefix}product.externalReference={text_of(line.sku)}"
        yield from lines_of(line.fields, LINE_KEYS, prefix=prefix)
        yield f"{prefix}shipment=entity:shipment"
    shipment = {**order.shipment, "externalReference": order.reference}
    yield from lines_of(shipment, SHIPMENT_KEYS, prefix="shipment.")
    yield "shipment.orderItem=entity:order"


def _address(address: Mapping[str, Value], prefix: str) -> Iterator[str]:
    """Yield an address; its empty lines are squeezed out upwards, keeping their order."""
    filled = [address[key] for key in ADDRESS_LINES if text_of(address.get(key))]
    others = {key: value for key, value in address.items() if key not in ADDRESS_LINES}
    squeezed = dict(zip(ADDRESS_LINES, filled, strict=False))
    yield from lines_of({**squeezed, **others}, ADDRESS_KEYS, prefix=prefix, capital=True)
