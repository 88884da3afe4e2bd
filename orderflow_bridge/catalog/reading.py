"""A product as callers write it: Magento's document turned into a change (docs/rest.md).

Where the document says nothing, the product stays as it is. Attributes that are columns here may
come as custom attributes, as Magento has them; so may name, price and the like. Where a product
stands with OrderFlow, its id and its times are not for callers to say: they are passed over.
"""

from collections.abc import Collection, Mapping
from typing import Any

from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.columns import WRITABLE
from orderflow_bridge.catalog.product_records import OPTION, PRODUCT_LINK, TIER_PRICE
from orderflow_bridge.documents.records import Record

_READ_ONLY = frozenset(
    {
        "id",
        "entity_id",
        "sku",
        "created_at",
        "updated_at",
        "orderflow_export_status",
        "orderflow_export_date",
        "media_gallery",
        "media_gallery_entries",
    }
)
_LISTS: Mapping[str, Record] = {
    "product_links": PRODUCT_LINK,
    "options": OPTION,
    "tier_prices": TIER_PRICE,
}


def product_change(
    document: Mapping[str, Any], *, sku: str | None = None, joins: Collection[int] = ()
) -> ProductChange:
    """Return the change that a document asks for.

    `document` holds the members that were given (restapi/bodies.py). `sku` counts more than the
    document's own. `joins` are the websites of a product that is new and names none.
    """
    columns = {name: document[name] for name in WRITABLE if name in document}
    attributes: dict[str, Any] = {
        name: [record.of(entry) for entry in document[name] or ()]
        for name, record in _LISTS.items()
        if name in document
    }
    extension = document.get("extension_attributes") or {}
    positions = _positions(extension)
    for code, value in _custom_attributes(document):
        if code == "category_ids":
            positions = _listed(value) if positions is None else positions
        elif code in WRITABLE:
            columns.setdefault(code, value)
        elif code not in _READ_ONLY and code not in _LISTS:
            attributes[code] = value
    return ProductChange(
        sku if sku is not None else document.get("sku") or "",
        columns,
        attributes,
        website_ids=extension.get("website_ids"),
        category_positions=positions,
        joins=joins,
    )


def _custom_attributes(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    given = document.get("custom_attributes") or ()
    return [(entry.get("attribute_code") or "", entry.get("value")) for entry in given]


def _positions(extension: Mapping[str, Any]) -> dict[int, int | None] | None:
    """Return the categories of `category_links`; None if there is no such list."""
    links = extension.get("category_links")
    if links is None:
        return None
    return {_id(link.get("category_id")): link.get("position") for link in links}


def _listed(value: Any) -> dict[int, int | None]:
    """Return the categories of `category_ids`, a list or a comma list."""
    ids = value if isinstance(value, list) else str(value or "").split(",")
    return {_id(each): None for each in ids if str(each).strip()}


def _id(value: Any) -> int:
    """Return a category's id; what is no number is no category that there could be."""
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
