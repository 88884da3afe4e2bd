"""Product documents: import (insert), merge and update (docs/contract/documents.md)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from orderflow_bridge.client.documents.fields import Value, document, lines_of

PRODUCT_KEYS = (
    "externalReference", "description", "barcode", "imageReference", "weight", "weightUnits",
    "physicalStorageTypes", "category", "priceNet", "sellable", "priceGross", "tax", "taxCode",
    "currency", "length", "width", "height", "area", "volume",
)  # fmt: skip


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
    return document(
        ((product.reference, _content(product)) for product in products),
        type="product",
        operation=operation.value,
    )


def _content(product: ProductDocument) -> str:
    fields = {**product.fields, "externalReference": product.reference}
    return "\n".join(lines_of(fields, PRODUCT_KEYS))
