"""Values of products that a store view has instead of the default ones, and how it shows products.

A view without a row of its own shows the product's default value (Magento's *All Store Views*). A
value by website has a row for each view of the website, as in Magento (docs/rest.md, "Values per
store view").
"""

from collections.abc import Collection, Mapping, Sequence
from copy import copy
from typing import Any

from orderflow_bridge.catalog.columns import WRITABLE
from orderflow_bridge.catalog.models import Product, StoreValue


def values_of(product_ids: Collection[int]) -> dict[int, dict[tuple[int, str], Any]]:
    """Return the values of all store views, by product id: one query."""
    found: dict[int, dict[tuple[int, str], Any]] = {}
    rows = StoreValue.objects.filter(product__any_of=product_ids).order_by("store_id", "attribute")
    for product_id, store_id, code, value in rows.values_list(
        "product_id", "store_id", "attribute", "value"
    ):
        found.setdefault(product_id, {})[store_id, code] = value
    return found


def in_view(products: Sequence[Product], store_id: int | None) -> list[Product]:
    """Return products as a store view shows them, in their order; None is the default values.

    Those that differ are copies for reading: they must not be saved. One query, for None none.
    """
    if store_id is None or not products:
        return list(products)
    found: dict[int, dict[str, Any]] = {}
    rows = StoreValue.objects.filter(product__in=[each.pk for each in products], store=store_id)
    for product_id, code, value in rows.values_list("product_id", "attribute", "value"):
        found.setdefault(product_id, {})[code] = value
    return [_shown(each, found[each.pk]) if each.pk in found else each for each in products]


def _shown(product: Product, values: Mapping[str, Any]) -> Product:
    shown = copy(product)
    shown.custom_attributes = {
        **product.custom_attributes,
        **{code: value for code, value in values.items() if code not in WRITABLE},
    }
    for code in values.keys() & set(WRITABLE):
        setattr(shown, code, values[code])
    return shown
