"""Bundles and groups as documents: what they consist of (docs/rest.md, "Bundles and groups").

REST only, like variants. A link of a bundle whose price follows from its parts shows the part's own
price; it is kept all the same.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog.bundles import (
    OPTION_TYPES,
    Option,
    bundle_links,
    bundle_options,
    has_own,
    set_bundle,
)
from orderflow_bridge.catalog.changes import BUNDLE_OPTIONS
from orderflow_bridge.catalog.groups import ASSOCIATED, link_members
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.documents.product_records import LINK_WITH_UNITS
from orderflow_bridge.documents.records import (
    Document,
    Many,
    flags,
    floats,
    ints,
    record,
    texts,
)

BUNDLE_LINK = record(
    "BundleDataLinkInterface",
    texts("id sku"),
    ints("option_id"),
    floats("qty"),
    ints("position"),
    flags("is_default"),
    floats("price"),
    ints("price_type can_change_quantity"),
    required="is_default",
)
BUNDLE_OPTION = record(
    "BundleDataOptionInterface",
    ints("option_id"),
    texts("title"),
    flags("required"),
    texts("type"),
    ints("position"),
    texts("sku"),
    {"product_links": Many(BUNDLE_LINK)},
)
OPTION_TYPE = record("BundleDataOptionTypeInterface", texts("label code"), required="label code")


def option_type_list() -> list[Document]:
    """Return the ways in which something can be chosen for an option."""
    return [OPTION_TYPE.of({"label": label, "code": code}) for code, label in OPTION_TYPES.items()]


def add_parts(products: Sequence[Product], documents: Sequence[Document]) -> None:
    """Add what bundles and groups consist of to the documents of products, in the same order.

    One query more if there are bundles among them.
    """
    bundles = [each for each in products if each.type_id == Product.Type.BUNDLE]
    prices = _part_prices(bundles)
    options = {each.pk: _options(each, prices) for each in bundles}
    for product, document in zip(products, documents, strict=True):
        if product.pk in options:
            extension = document.setdefault("extension_attributes", Document())
            extension[BUNDLE_OPTIONS] = options[product.pk]
        links = product.custom_attributes.get("product_links") or []
        if any(isinstance(each, Mapping) and each.get("extension_attributes") for each in links):
            document["product_links"] = [LINK_WITH_UNITS.of(each) for each in links]


def option_documents(product: Product) -> list[Document]:
    """Return the options of a bundle, with their links."""
    return _options(product, _part_prices([product]))


def bundle_values(document: Mapping[str, Any]) -> Option:
    """Return what a document says of an option, as `save_bundle_option` takes it."""
    values = {
        name: value
        for name, value in BUNDLE_OPTION.of(document).items()
        if document.get(name) is not None
    }
    if document.get("product_links") is not None:
        values["product_links"] = [link_values(each) for each in document["product_links"]]
    return values


def link_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says of a link: nothing of what it does not name."""
    shaped = BUNDLE_LINK.of(document)
    return {name: value for name, value in shaped.items() if document.get(name) is not None}


def brings_parts(document: Mapping[str, Any]) -> bool:
    """Tell whether a product's document says of what the product consists."""
    extension = document.get("extension_attributes") or {}
    links = document.get("product_links")
    is_group = document.get("type_id") == Product.Type.GROUPED or any(
        each.get("link_type") == ASSOCIATED for each in links or ()
    )
    return extension.get(BUNDLE_OPTIONS) is not None or (links is not None and is_group)


def save_parts(sku: str, document: Mapping[str, Any]) -> None:
    """Write of what a product's document lets it consist, which is all of it.

    Raises as `set_bundle` and `link_members` do.
    """
    extension = document.get("extension_attributes") or {}
    if extension.get(BUNDLE_OPTIONS) is not None:
        set_bundle(sku, [bundle_values(each) for each in extension[BUNDLE_OPTIONS]])
    if document.get("product_links") is not None:  # of what is no group nothing becomes of it
        link_members(sku)


def _part_prices(bundles: Sequence[Product]) -> dict[str, Decimal]:
    """Return what the parts of bundles with a dynamic price cost, by their SKUs' keys."""
    dynamic = [each for each in bundles if not has_own(each, "price_type")]
    keys = {sku_key(link["sku"]) for each in dynamic for link in bundle_links(each)}
    if not keys:
        return {}
    found = Product.objects.filter(sku_key__any_of=keys).values_list("sku_key", "price")
    return {key: price for key, price in found if price is not None}


def _options(product: Product, prices: Mapping[str, Decimal]) -> list[Document]:
    is_dynamic = not has_own(product, "price_type")
    return [
        BUNDLE_OPTION.of(
            {
                **option,
                "product_links": [
                    {**link, "price": prices.get(sku_key(link["sku"]), 0)} if is_dynamic else link
                    for link in option["product_links"]
                ],
            }
        )
        for option in bundle_options(product)
    ]
