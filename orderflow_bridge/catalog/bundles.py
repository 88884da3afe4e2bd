"""Bundles: the options that are chosen from, and the products that can be chosen for each.

They lie with the bundle as Magento's documents have them, like the options of a configurable
product; the products are parts of the bundle (ProductRelation) besides, as its page shows them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog.changes import BUNDLE_OPTIONS
from orderflow_bridge.catalog.groups import set_parts
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import lock_product, product_by_sku
from orderflow_bridge.catalog.services import save_attributes
from orderflow_bridge.common.exceptions import NoSuchEntity, VariantRefused
from orderflow_bridge.common.skus import sku_key

Link = Mapping[str, Any]
"""`id` (a text), `sku`, `option_id`, `qty`, `position`, `is_default`, `price`, `price_type`,
`can_change_quantity`; numbers as JSON has them."""
Option = Mapping[str, Any]
"""`option_id`, `title`, `required`, `type`, `position`, `sku` and `product_links`."""
OPTION_TYPES = {
    "select": "Drop-down",
    "radio": "Radio Buttons",
    "checkbox": "Checkbox",
    "multi": "Multiple Select",
}
COMPOSITE = (Product.Type.BUNDLE, Product.Type.CONFIGURABLE, Product.Type.GROUPED)
_ONLY = "This is implemented for bundle products only."
_NO_COMPOSITES = "The bundle product can't contain another composite product."
_NO_OPTION = "The option that was requested doesn't exist. Verify the entity and try again."
_OPTION = {"title": "", "required": True, "type": "select", "position": 0}
_LINK = {
    "qty": 1,
    "position": 0,
    "is_default": False,
    "price": 0,
    "price_type": 0,
    "can_change_quantity": 0,
}


def bundle_options(product: Product) -> list[Option]:
    """Return the options of a bundle, in their order."""
    stored = product.custom_attributes.get(BUNDLE_OPTIONS)
    options = list(stored.values()) if isinstance(stored, Mapping) else []
    return sorted(options, key=lambda option: (option["position"], option["option_id"]))


def bundle_links(product: Product) -> list[Link]:
    """Return what can be chosen of a bundle, option by option."""
    return [link for option in bundle_options(product) for link in option["product_links"]]


def has_own(product: Product, name: str) -> bool:
    """Tell whether a bundle has a price, a SKU or parcels of its own (`price_type`, `sku_type`).

    Those of a dynamic one follow from what is chosen. Of `shipment_type`: its parts are sent apart.
    """
    return str(product.custom_attributes.get(name) or "0") not in ("0", "False")


def bundle_by_sku(sku: str) -> Product:
    """Return a bundle. Raises NoSuchEntity, and VariantRefused for another product."""
    product = product_by_sku(sku)
    if product.type_id != Product.Type.BUNDLE:
        raise VariantRefused(_ONLY)
    return product


def option_by_id(product: Product, option_id: int) -> Option:
    """Return an option of a bundle. Raises NoSuchEntity."""
    for option in bundle_options(product):
        if option["option_id"] == option_id:
            return option
    raise NoSuchEntity(_NO_OPTION)


@transaction.atomic
def save_bundle_option(sku: str, values: Option, option_id: int | None = None) -> int:
    """Add an option, or change what is given of one; return its id, which is the bundle's own.

    `product_links`, if there are any, are all of the option's. Raises NoSuchEntity, and
    VariantRefused in Magento's words.
    """
    product = lock_product(bundle_by_sku(sku))
    options = {option["option_id"]: option for option in bundle_options(product)}
    wanted = values.get("option_id") if option_id is None else option_id
    if wanted is None or wanted not in options:
        if option_id is not None:
            raise NoSuchEntity(_NO_OPTION)
        wanted = max(options, default=0) + 1
    options[wanted] = {**options.get(wanted, {}), **values, "option_id": wanted}
    _write(product, options.values())
    return int(wanted)


@transaction.atomic
def remove_bundle_option(sku: str, option_id: int) -> None:
    """Take an option away. Raises NoSuchEntity, and VariantRefused."""
    product = lock_product(bundle_by_sku(sku))
    option_by_id(product, option_id)
    _write(product, [each for each in bundle_options(product) if each["option_id"] != option_id])


@transaction.atomic
def add_bundle_link(sku: str, option_id: int, link: Link) -> int:
    """Let a product be chosen for an option; return the link's id, which is the bundle's own.

    Raises NoSuchEntity, and VariantRefused in Magento's words.
    """
    product = _bundle_to_link(sku)
    child = product_by_sku(str(link.get("sku") or ""))
    options = bundle_options(product)
    option = next((each for each in options if each["option_id"] == option_id), None)
    if option is None:
        raise VariantRefused(
            f'Product with specified sku: "{sku}" does not contain option: "{option_id}"'
        )
    if child.type_id in COMPOSITE:
        raise VariantRefused(_NO_COMPOSITES)
    if any(sku_key(each["sku"]) == sku_key(child.sku) for each in option["product_links"]):
        raise VariantRefused(
            f'Child with specified sku: "{child.sku}" already assigned to product: "{sku}"'
        )
    added = {**link, "sku": child.sku, "id": ""}
    _write(product, [_with_links(each, [added], option_id) for each in options])
    links = option_by_id(product_by_sku(sku), option_id)["product_links"]
    return next(int(each["id"]) for each in links if each["sku"] == child.sku)


@transaction.atomic
def change_bundle_link(sku: str, link_id: str, values: Link) -> None:
    """Change what is given of one link. Raises NoSuchEntity, and VariantRefused."""
    product = _bundle_to_link(sku)
    child = product_by_sku(str(values.get("sku") or ""))
    if child.type_id in COMPOSITE:
        raise VariantRefused(_NO_COMPOSITES)
    if link_id not in {each["id"] for each in bundle_links(product)}:
        raise VariantRefused(
            f'The product link with the "{link_id}" ID field wasn\'t found. Verify the ID and try'
            " again."
        )
    changed = {**values, "sku": child.sku, "id": link_id}
    _write(
        product,
        [
            {
                **option,
                "product_links": [
                    {**each, **changed} if each["id"] == link_id else each
                    for each in option["product_links"]
                ],
            }
            for option in bundle_options(product)
        ],
    )


@transaction.atomic
def remove_bundle_link(sku: str, option_id: int, child_sku: str) -> None:
    """Let a product no longer be chosen for an option. Raises NoSuchEntity, and VariantRefused."""
    product = _bundle_to_link(sku)
    options, is_there = [], False
    for option in bundle_options(product):
        left = [
            each
            for each in option["product_links"]
            if option["option_id"] != option_id or sku_key(each["sku"]) != sku_key(child_sku)
        ]
        is_there = is_there or len(left) < len(option["product_links"])
        options.append({**option, "product_links": left})
    if not is_there:
        raise NoSuchEntity("The bundle product doesn't exist. Review your request and try again.")
    _write(product, options)


@transaction.atomic
def set_bundle(sku: str, options: Sequence[Option]) -> None:
    """Give a bundle all its options; those with a known id keep what is not given.

    Raises NoSuchEntity for an unknown product, and VariantRefused.
    """
    product = lock_product(bundle_by_sku(sku))
    known = {option["option_id"]: option for option in bundle_options(product)}
    highest = max(known, default=0)
    wanted = []
    for option in options:
        option_id = option.get("option_id")
        if option_id not in known:
            option_id = highest = highest + 1
        wanted.append({**known.get(option_id, {}), **option, "option_id": option_id})
    _write(product, wanted)


def finished_options(sku: str, options: Iterable[Option]) -> list[dict[str, Any]]:
    """Return the options of a bundle with all that they can say, their links with ids of their own.

    Each has its `option_id`. Raises VariantRefused for a type or a quantity that cannot be.
    """
    return _numbered([_checked(sku, option) for option in options])


def _bundle_to_link(sku: str) -> Product:
    product = product_by_sku(sku)
    if product.type_id != Product.Type.BUNDLE:
        raise VariantRefused(f'The product with the "{sku}" SKU isn\'t a bundle product.')
    return lock_product(product)


def _with_links(option: Option, links: Sequence[Link], option_id: int) -> Option:
    if option["option_id"] != option_id:
        return option
    return {**option, "product_links": [*option["product_links"], *links]}


def _write(product: Product, options: Iterable[Option]) -> None:
    """Write all options of a locked bundle, their links numbered, and what it consists of."""
    checked = finished_options(product.sku, options)
    keys = {sku_key(each["sku"]) for option in checked for each in option["product_links"]}
    children = {each.sku_key: each for each in Product.objects.filter(sku_key__any_of=keys)}
    if children.keys() != keys:
        raise NoSuchEntity.product()
    if any(child.type_id in COMPOSITE for child in children.values()):
        raise VariantRefused(_NO_COMPOSITES)
    stored = {str(option["option_id"]): option for option in checked}
    save_attributes(product, **{BUNDLE_OPTIONS: stored or None})
    set_parts(product, [child.pk for child in children.values()])


def _checked(sku: str, option: Option) -> dict[str, Any]:
    values = {name: _given(option, name, default) for name, default in _OPTION.items()}
    if values["type"] not in OPTION_TYPES:
        raise VariantRefused(f'The option type "{values["type"]}" is unknown.')
    links = []
    for link in option.get("product_links") or ():
        each = {name: _given(link, name, default) for name, default in _LINK.items()}
        if not 0 < each["qty"] < 10**8:
            raise VariantRefused("The quantity of a product link must be above 0.")
        links.append(
            {
                "id": str(link.get("id") or ""),
                "sku": str(link.get("sku") or ""),
                "option_id": option["option_id"],
                **each,
            }
        )
    return {
        "option_id": option["option_id"],
        **values,
        "sku": sku,
        "product_links": sorted(links, key=lambda each: each["position"]),
    }


def _given(values: Mapping[str, Any], name: str, default: Any) -> Any:
    value = values.get(name)
    return default if value is None else value


def _numbered(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give an id to each link that has none, or one that is taken or no number."""
    links = [link for option in options for link in option["product_links"]]
    ids = [link["id"] for link in links]
    highest = max((int(each) for each in ids if _is_id(each)), default=0)
    taken: set[str] = set()
    for link in links:
        if not _is_id(link["id"]) or link["id"] in taken:
            highest += 1
            link["id"] = str(highest)
        taken.add(link["id"])
    return options


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 10
