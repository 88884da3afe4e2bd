"""Products that are named along with another one: related, up-sells, cross-sells, a group's own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog.groups import ASSOCIATED, link_members
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import lock_product, product_by_sku
from orderflow_bridge.catalog.services import save_attributes
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.common.skus import sku_key

# Magento's numbers of the types of links.
LINK_TYPES = {"related": 1, ASSOCIATED: 3, "upsell": 4, "crosssell": 5}
Link = Mapping[str, Any]


def links_of(sku: str, link_type: str) -> list[Link]:
    """Return a product's links of a type, by their places. Raises NoSuchEntity."""
    product = product_by_sku(sku)
    _check_type(link_type)
    links = [each for each in _links(product) if each.get("link_type") == link_type]
    return sorted(links, key=lambda each: each.get("position") or 0)


@transaction.atomic
def set_links(sku: str, links: Sequence[Link]) -> None:
    """Write links in place of the product's others of the same types. Raises NoSuchEntity."""
    product = lock_product(product_by_sku(sku))
    wanted = [_checked(product, each) for each in links]
    types = {each["link_type"] for each in wanted}
    kept = [each for each in _links(product) if each.get("link_type") not in types]
    _write(product, [*kept, *wanted])


@transaction.atomic
def save_link(sku: str, link: Link) -> None:
    """Add one link, or change the one to the same product. Raises NoSuchEntity."""
    product = lock_product(product_by_sku(sku))
    wanted = _checked(product, link)
    kept = [each for each in _links(product) if _key(each) != _key(wanted)]
    _write(product, [*kept, wanted])


@transaction.atomic
def remove_link(sku: str, link_type: str, linked_sku: str) -> None:
    """Take one link away. Raises NoSuchEntity."""
    product = lock_product(product_by_sku(sku))
    product_by_sku(linked_sku)
    _check_type(link_type)
    links = _links(product)
    left = [each for each in links if _key(each) != (link_type, sku_key(linked_sku))]
    if len(left) == len(links):
        raise NoSuchEntity(
            "Product %1 doesn't have linked %2 as %3",
            {"1": product.sku, "2": linked_sku, "3": link_type},
        )
    _write(product, left)


def _links(product: Product) -> list[Link]:
    links = product.custom_attributes.get("product_links")
    return list(links) if isinstance(links, list) else []


def _key(link: Link) -> tuple[str, str]:
    return str(link.get("link_type")), sku_key(str(link.get("linked_product_sku")))


def _checked(product: Product, link: Link) -> dict[str, Any]:
    link_type = str(link.get("link_type") or "")
    _check_type(link_type)
    linked = product_by_sku(str(link.get("linked_product_sku") or ""))
    return {
        **link,
        "sku": product.sku,
        "link_type": link_type,
        "linked_product_sku": linked.sku,
        "linked_product_type": linked.type_id,
        "position": link.get("position") or 0,
    }


def _check_type(link_type: str) -> None:
    if link_type not in LINK_TYPES:
        raise NoSuchEntity("Unknown link type: %1", {"1": link_type})


def _write(product: Product, links: Sequence[Link]) -> None:
    save_attributes(product, product_links=list(links) or None)
    link_members(product.sku)
