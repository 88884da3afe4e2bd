"""A product as a document on the wire, the same for SOAP and REST (docs/contract/documents.md)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from orderflow_bridge.catalog.models import Product, ProductCategory, ProductWebsite
from orderflow_bridge.catalog.product_records import ATTRIBUTE_COLUMNS, PRODUCT
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.records import Document
from orderflow_bridge.documents.search import Columns, columns_of

PRODUCT_COLUMNS: Columns = {
    **columns_of(
        Product,
        entity_id="id",
        category_id="category_links__category_id",
        website_id="website_links__website_id",
    ),
    "sku": Column("sku_key", ColumnKind.TEXT),
}

# Lists that the catalogue keeps among the custom attributes; Magento has fields for them.
_LISTS = ("product_links", "options", "media_gallery_entries", "tier_prices")
_IMAGE_ROLES = ("image", "small_image", "thumbnail")
_NO_PICTURE: dict[str, Any] = {
    "media_type": "image", "label": "", "disabled": False, "types": [], "file": "",
}  # fmt: skip

WebsiteIds = Mapping[int, Sequence[int]]
CategoryLinks = Mapping[int, Sequence[tuple[int, int]]]
StockItems = Mapping[int, Document]


def product_fields(product: Product, *, stock_item: Document | None = None) -> Document:
    """Return the document of one product, as `product_list` does."""
    return product_list([product], stock_items={product.pk: stock_item} if stock_item else {})[0]


def product_list(
    products: Sequence[Product],
    *,
    stock_items: StockItems | None = None,
    website_ids: WebsiteIds | None = None,
) -> list[Document]:
    """Return the documents of products, in their order: two queries, however many.

    `stock_items` and `website_ids` are by product id; stock lies on a floor above this one, see
    `inventory.api`, and without it the document has none. The export status is that of now.
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
    lists["media_gallery_entries"] = product_gallery(product)
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
        code: value for code, value in product.custom_attributes.items() if code not in _LISTS
    }
    columns = {code: getattr(product, code) for code in ATTRIBUTE_COLUMNS}
    values |= {code: value for code, value in columns.items() if value not in (None, "")}
    if categories:
        values["category_ids"] = [str(category_id) for category_id, _ in categories]
    if product.image:
        values = dict.fromkeys(_IMAGE_ROLES, product.image) | values
    return [
        {"attribute_code": code, "value": value}
        for code, value in values.items()
        if value not in (None, "", []) and not isinstance(value, Mapping)
    ]


def product_gallery(product: Product) -> list[dict[str, Any]]:
    """Return a product's pictures; one that has an image and no gallery has a gallery of one."""
    kept: list[dict[str, Any]] = product.custom_attributes.get("media_gallery_entries") or []
    if kept or not product.image:
        return [
            _NO_PICTURE | {"id": at, "position": at} | entry for at, entry in enumerate(kept, 1)
        ]
    return [
        {
            "id": product.pk,
            "media_type": "image",
            "label": product.name,
            "position": 1,
            "disabled": False,
            "types": list(_IMAGE_ROLES),
            "file": product.image,
        }
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
