"""Products as rows of a file, with the columns that the import reads."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any

from orderflow_bridge.catalog.models import Product, ProductCategory, ProductWebsite
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.file_transfer.categories import paths_by_id
from orderflow_bridge.file_transfer.product_cells import (
    OWN,
    OWN_COLUMNS,
    join_list,
    join_path,
)
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, SourceItem
from orderflow_bridge.stores.models import Website

_OWN = {name: column for name, column in OWN.items() if name != "product_online"}
COLUMNS = (
    "sku",
    *_OWN,
    "product_websites",
    "categories",
    "additional_attributes",
    "qty",
    "is_in_stock",
)
_AT_ONCE = 1_000


def rows(website: Website | None) -> Iterator[Sequence[str]]:
    """Yield the products of a website, or all, oldest first: five queries per thousand."""
    codes = dict(Website.objects.values_list("pk", "code"))
    paths = {pk: join_path(path) for pk, path in paths_by_id().items()}
    last = 0
    products = Product.objects.order_by("pk")
    if website is not None:
        products = products.filter(website_links__website=website)
    while batch := list(products.filter(pk__gt=last)[:_AT_ONCE]):
        last = batch[-1].pk
        ids = [product.pk for product in batch]
        websites: dict[int, list[str]] = {}
        links = ProductWebsite.objects.filter(product__in=ids).order_by("website_id")
        for product_id, website_id in links.values_list("product_id", "website_id"):
            websites.setdefault(product_id, []).append(codes[website_id])
        categories: dict[int, list[str]] = {}
        places = ProductCategory.objects.filter(product__in=ids).order_by("pk")
        for product_id, category_id in places.values_list("product_id", "category_id"):
            categories.setdefault(product_id, []).append(paths[category_id])
        items = SourceItem.objects.filter(product__in=ids, source=DEFAULT_SOURCE)
        stock = {
            product_id: (plain(quantity), str(status))
            for product_id, quantity, status in items.values_list(
                "product_id", "quantity", "status"
            )
        }
        for product in batch:
            yield (
                product.sku,
                *(_own(product, column) for column in _OWN.values()),
                join_list(websites.get(product.pk, ())),
                join_list(categories.get(product.pk, ())),
                join_list(_attributes(product)),
                *stock.get(product.pk, ("", "")),
            )


def _own(product: Product, column: str) -> str:
    if column == "status":
        return str(Product.Status(product.status).label)
    if column == "visibility":
        return str(Product.Visibility(product.visibility).label)
    return _text(getattr(product, column))


def _attributes(product: Product) -> Iterator[str]:
    """Yield the further attributes as code=value; what is no text or list of texts is left out."""
    for code, value in sorted(product.custom_attributes.items()):
        if code in OWN_COLUMNS:
            continue
        if isinstance(value, list):
            texts = [_text(entry) for entry in value]
            if any(isinstance(entry, dict | list) for entry in value) or "|" in chain(*texts):
                continue
            text = "|".join(texts)
        else:
            text = "" if isinstance(value, dict) else _text(value)
        if text:
            yield f"{code}={text}"


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return plain(value)
        case bool():
            return str(int(value))
    return str(value)
