"""OrderFlow's inventory answer: what it holds of each product (docs/contract/orderflow-http.md)."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from lxml import etree


@dataclass(frozen=True)
class WarehouseQuantity:
    """One product at one site. Figures that OrderFlow leaves out, or garbles, are None."""

    reference: str
    site: str
    total: Decimal | None
    allocated: Decimal | None
    is_available: bool
    is_frozen: bool


def parse_stock(root: etree._Element) -> tuple[WarehouseQuantity, ...]:
    """Read every child of the root that names a product."""
    return tuple(_quantity(child) for child in root if child.get("externalReference"))


def _quantity(element: etree._Element) -> WarehouseQuantity:
    return WarehouseQuantity(
        reference=element.get("externalReference", ""),
        site=element.get("site", ""),
        total=_number(element.get("total")),
        allocated=_number(element.get("allocated")),
        is_available=_truth(element.get("isAvailable")),
        is_frozen=_truth(element.get("isFrozen")),
    )


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _truth(text: str | None) -> bool:
    return (text or "").strip().lower() in {"1", "true", "yes"}
