"""A product as a document, the same for SOAP and REST, and read back from one (docs/rest.md).

Where a document says nothing, the product stays as it is. Attributes that are columns here may
come as custom attributes, as Magento has them; so may name, price and the like. Where a product
stands with OrderFlow, its id and its times are not for callers to say: they are passed over.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog.changes import (
    ProductChange,
    Verdict,
    category_id,
    with_attributes,
)
from orderflow_bridge.catalog.columns import WRITABLE, invalid
from orderflow_bridge.catalog.custom_options import complaint_about, numbered
from orderflow_bridge.catalog.media import IMAGE_ROLES, product_gallery
from orderflow_bridge.catalog.models import Product, ProductCategory, ProductWebsite
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.exceptions import ItemError
from orderflow_bridge.documents.product_records import (
    ATTRIBUTE_COLUMNS,
    LINK_WITH_UNITS,
    OPTION,
    PRODUCT,
    TIER_PRICE,
)
from orderflow_bridge.documents.records import Document, Record
from orderflow_bridge.inventory.quantities import LARGEST
from orderflow_bridge.inventory.stock_items import StockChange, save_stock, settings_in

# Lists that the catalogue keeps among the custom attributes; Magento has fields for them.
_LISTS: Mapping[str, Record] = {
    "product_links": LINK_WITH_UNITS,
    "options": OPTION,
    "tier_prices": TIER_PRICE,
}
_PICTURES = "media_gallery_entries"

WebsiteIds = Mapping[int, Sequence[int]]
StockItems = Mapping[int, Document]


def product_list(
    products: Sequence[Product],
    *,
    stock_items: StockItems | None = None,
    website_ids: WebsiteIds | None = None,
) -> list[Document]:
    """Return the documents of products, in their order: two queries, however many.

    `stock_items` (stock.py) and `website_ids` are by product id; without its stock item, a document
    has none. The export status is that of now.
    """
    ids = [product.pk for product in products]
    websites = _website_ids(ids) if website_ids is None else website_ids
    categories = _category_links(ids)
    return [
        _document(
            product,
            websites=websites.get(product.pk, ()),
            categories=categories.get(product.pk, ()),
            stock_item=(stock_items or {}).get(product.pk),
        )
        for product in products
    ]


def _document(
    product: Product,
    *,
    websites: Sequence[int],
    categories: Sequence[tuple[int, int]],
    stock_item: Document | None,
) -> Document:
    columns = {name: getattr(product, name) for name in PRODUCT.fields if hasattr(product, name)}
    attributes = product.custom_attributes
    lists = {name: attributes.get(name) or [] for name in _LISTS}
    if lists["options"]:
        lists["options"] = numbered(product)
    lists[_PICTURES] = product_gallery(product)
    links = [
        {"position": position, "category_id": str(category_id)}
        for category_id, position in categories
    ]
    extension = {"website_ids": websites, "category_links": links, "stock_item": stock_item}
    return PRODUCT.of(
        columns
        | lists
        | {
            "extension_attributes": extension,
            "custom_attributes": _custom_attributes(product, categories),
        }
    )


def _custom_attributes(
    product: Product, categories: Sequence[tuple[int, int]]
) -> list[dict[str, Any]]:
    """Return the attributes by code, those without a value left out. Columns come before JSON."""
    values = {
        code: value
        for code, value in product.custom_attributes.items()
        if code not in _LISTS and code != _PICTURES
    }
    columns = {code: getattr(product, code) for code in ATTRIBUTE_COLUMNS}
    values |= {code: value for code, value in columns.items() if value not in (None, "")}
    if categories:
        values["category_ids"] = [str(category_id) for category_id, _ in categories]
    if product.image:
        values = dict.fromkeys(IMAGE_ROLES, product.image) | values
    return [
        {"attribute_code": code, "value": value}
        for code, value in values.items()
        if value not in (None, "", []) and not isinstance(value, Mapping)
    ]


def _website_ids(product_ids: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    links = ProductWebsite.objects.filter(product__in=product_ids).order_by("website_id")
    for product_id, website_id in links.values_list("product_id", "website_id"):
        found.setdefault(product_id, []).append(website_id)
    return found


def _category_links(product_ids: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    links = ProductCategory.objects.filter(product__in=product_ids).order_by("category_id")
    for product_id, *link in links.values_list("product_id", "category_id", "position"):
        found.setdefault(product_id, []).append((link[0], link[1]))
    return found


def product_change(
    document: Mapping[str, Any],
    *,
    sku: str | None = None,
    joins: Collection[int] = (),
    store_id: int | None = None,
) -> ProductChange:
    """Return the change that a document asks for.

    `document` holds the members that were given (restapi/body.py). `sku` counts more than the
    document's own. `joins` are the websites of a product that is new and names none. `store_id` is
    the store view whose values it holds, None for the default ones.
    """
    columns = {name: document[name] for name in WRITABLE if name in document}
    attributes: dict[str, Any] = {
        name: [record.of(entry) for entry in document[name] or ()]
        for name, record in _LISTS.items()
        if name in document
    }
    extension = document.get("extension_attributes") or {}
    change = ProductChange(
        sku if sku is not None else document.get("sku") or "",
        columns,
        attributes,
        website_ids=extension.get("website_ids"),
        category_positions=_positions(extension),
        joins=joins,
        store_id=store_id,
    )
    given = document.get("custom_attributes") or ()
    return with_attributes(
        change, [(entry.get("attribute_code") or "", entry.get("value")) for entry in given]
    )


def _positions(extension: Mapping[str, Any]) -> dict[int, int | None] | None:
    """Return the categories of `category_links`; None if there is no such list."""
    links = extension.get("category_links")
    if links is None:
        return None
    return {category_id(link.get("category_id")): link.get("position") for link in links}


def stock_change(sku: str, item: Mapping[str, Any]) -> StockChange | ItemError:
    """Return what a stock item's document asks for, or what is wrong with it."""
    quantity, settings = item.get("qty"), settings_in(item)
    if isinstance(settings, ItemError):
        return settings
    if quantity is not None and abs(quantity) > LARGEST:
        return invalid("qty", quantity)
    return StockChange(sku, quantity, item.get("is_in_stock"), settings)


@transaction.atomic
def save_documents(
    documents: Sequence[Mapping[str, Any]],
    *,
    skus: Sequence[str | None] | None = None,
    joins: Collection[int] = (),
    store_id: int | None = None,
) -> list[Verdict]:
    """Save the products that can be saved, with their stock; return what became of each.

    `documents` hold the members that were given. `skus`, in the same order, count more than the
    documents' own. `joins` and `store_id` as in `product_change`. A product is saved as a whole or
    not at all.
    """
    verdicts: dict[int, Verdict] = {}
    changes, stock = {}, {}
    for place, document in enumerate(documents):
        sku = skus[place] if skus else None
        change = product_change(document, sku=sku, joins=joins, store_id=store_id)
        complaint = complaint_about(document.get("options") or ())
        wanted = complaint or stock_change(change.sku, _stock_item(document))
        if isinstance(wanted, ItemError):
            verdicts[place] = Verdict(change.sku, item_error=wanted)
        else:
            changes[place], stock[place] = change, wanted
    verdicts |= zip(changes, save_products(list(changes.values())), strict=True)
    save_stock(
        [
            stock[place]._replace(sku=verdict.sku)
            for place, verdict in verdicts.items()
            if verdict.item_error is None
        ]
    )
    return [verdicts[place] for place in range(len(documents))]


def _stock_item(document: Mapping[str, Any]) -> Mapping[str, Any]:
    extension: Mapping[str, Any] = document.get("extension_attributes") or {}
    item: Mapping[str, Any] = extension.get("stock_item") or {}
    return item
