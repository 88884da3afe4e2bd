"""An entity's values as plain texts, numbers and lists: all that a field or a template can see.

Each name is a function, called only if a row asks for it.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from django.db.models import Model

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.mapping.fields import (
    ADDRESS,
    GIFT,
    ITEM,
    NAMED,
    ORDER,
    PAYMENT,
    PRODUCT,
    Kind,
)
from orderflow_bridge.sales.models import Order, OrderAddress, OrderItem
from orderflow_bridge.stores.models import Website

Roots = Mapping[str, Callable[[], Any]]
_ADDRESSES = {"shipping": OrderAddress.Type.SHIPPING, "billing": OrderAddress.Type.BILLING}


def product_roots(product: Product, website: Website) -> Roots:
    """Return what a row of a product may ask for. Reads nothing more if its parents and categories
    are prefetched.
    """
    parents = cache(lambda: [_product(each) for each in _parents(product)])
    categories = cache(lambda: _categories(product))
    return {
        "product": lambda: _product(product),
        "parent": lambda: _first(parents()),
        "parents": parents,
        "category": lambda: _first(categories()),
        "categories": categories,
        "website": lambda: _plain(website, NAMED),
    }


def order_roots(order: Order) -> dict[str, Callable[[], Any]]:
    """Return what a row of an order may ask for, made once however many parts ask."""
    return {
        "order": cache(lambda: _plain(order, ORDER)),
        "payment": cache(lambda: _plain(getattr(order, "payment", None), PAYMENT)),
        "shipping": cache(lambda: _address(order, "shipping")),
        "billing": cache(lambda: _address(order, "billing")),
        "items": cache(lambda: [_plain(each, ITEM) for each in _sorted(order.items.all())]),
        "gift": cache(lambda: _gift(order.extra)),
        "website": cache(lambda: _plain(order.website, NAMED)),
        "store": cache(lambda: _plain(order.store, NAMED)),
    }


def address_roots(address: OrderAddress, of_order: Roots) -> Roots:
    """Return what a row of an address may ask for."""
    return {**of_order, "address": lambda: _plain(address, ADDRESS)}


def line_roots(row: OrderItem, parent: OrderItem | None, of_order: Roots) -> Roots:
    """Return what a row of an order line may ask for."""
    return {
        **of_order,
        "item": lambda: _plain(row, ITEM),
        "parent_item": lambda: _plain(parent, ITEM),
        "product": lambda: _product(row.product) if row.product else None,
    }


def _plain(entity: Model | None, kind: Kind) -> dict[str, Any] | None:
    """Return an entity's values by name: a filled column, else what it has by this name."""
    if entity is None:
        return None
    rare = getattr(entity, kind.rare.column) if kind.rare else None
    values: dict[str, Any] = dict(rare) if isinstance(rare, dict) else {}
    for name in kind.columns:
        value = getattr(entity, name)
        if value not in (None, "") or name not in values:
            values[name] = value
    return values


def _product(product: Product) -> dict[str, Any] | None:
    return _plain(product, PRODUCT)


def _parents(product: Product) -> list[Product]:
    return [relation.parent for relation in _sorted(product.parent_relations.all())]


def _categories(product: Product) -> list[dict[str, Any]]:
    links = sorted(product.category_links.all(), key=lambda link: (link.position, link.pk))
    return [{"name": link.category.name, "position": link.position} for link in links]


def _address(order: Order, name: str) -> dict[str, Any] | None:
    kind = _ADDRESSES[name]
    found = (each for each in order.addresses.all() if each.address_type == kind)
    return _plain(next(found, None), ADDRESS)


def _gift(extra: Any) -> dict[str, Any]:
    extension = extra.get("extension_attributes") if isinstance(extra, dict) else None
    gift = extension.get("gift_message") if isinstance(extension, dict) else None
    return {name: gift.get(name) for name in GIFT.columns} if isinstance(gift, dict) else {}


def _sorted(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: row.pk)


def _first(values: list[Any]) -> Any:
    return values[0] if values else None
