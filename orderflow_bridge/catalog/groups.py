"""Groups: products that are sold together and ordered each by itself; and what a product is of.

How many units of each a group suggests lies with its links of the type `associated`, as Magento's
documents have them; that they belong to it is a ProductRelation, as the product's page shows it.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog.models import Product, ProductRelation
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.common.skus import sku_key

ASSOCIATED = "associated"
LINKS = "product_links"
_SMALLEST = Decimal("0.0001")


def associated_links(product: Product) -> list[Mapping[str, Any]]:
    """Return the links of a product to what is in the group."""
    links = product.custom_attributes.get(LINKS)
    listed = links if isinstance(links, list) else []
    return [each for each in listed if each.get("link_type") == ASSOCIATED]


def members_of(product: Product) -> list[tuple[Product, Decimal]]:
    """Return what is in a group, with the units that it suggests of each (0 for none)."""
    places = {
        sku_key(str(link.get("linked_product_sku"))): (link.get("position") or 0, _qty(link))
        for link in associated_links(product)
    }
    nowhere = (len(places), Decimal(0))
    members = Product.objects.filter(parent_relations__parent=product).order_by("pk")
    found = [(each, *places.get(each.sku_key, nowhere)) for each in members]
    return [(each, qty) for each, _, qty in sorted(found, key=lambda row: row[1])]


def link_members(sku: str) -> None:
    """Let what a group's links name belong to it, and nothing else; other products are left alone.

    Raises NoSuchEntity for a link to a product that there is not.
    """
    product = Product.objects.filter(sku_key=sku).first()
    if product is None or product.type_id != Product.Type.GROUPED:
        return
    keys = {sku_key(str(link.get("linked_product_sku"))) for link in associated_links(product)}
    members = Product.objects.filter(sku_key__any_of=keys).values_list("pk", flat=True)
    if len(members) != len(keys):
        raise NoSuchEntity.product()
    set_parts(product, members)


def set_parts(product: Product, child_ids: Iterable[int]) -> None:
    """Let a bundle or a group consist of these products."""
    wanted = set(child_ids)
    there = set(product.child_relations.values_list("child_id", flat=True))
    ProductRelation.objects.filter(parent=product, child__in=there - wanted).delete()
    ProductRelation.objects.bulk_create(
        ProductRelation(parent=product, child_id=pk) for pk in sorted(wanted - there)
    )


def _qty(link: Mapping[str, Any]) -> Decimal:
    qty = (link.get("extension_attributes") or {}).get("qty")
    return max(Decimal(str(qty or 0)).quantize(_SMALLEST), Decimal(0))
