"""Products with what they consist of: options and variants, parts (docs/rest.md, "Variants").

REST only: SOAP's products are as they were, for OrderFlow reads simple products alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from orderflow_bridge.catalog.changes import BUNDLE_OPTIONS
from orderflow_bridge.catalog.models import Product, ProductRelation
from orderflow_bridge.catalog.variants import Option, options_of, set_variants
from orderflow_bridge.documents.bundles import (
    BUNDLE_OPTION,
    add_parts,
    brings_parts,
    save_parts,
)
from orderflow_bridge.documents.product_records import LINK_WITH_UNITS, PRODUCT, PRODUCT_EXTENSION
from orderflow_bridge.documents.records import Document, Kind, Many, flags, ints, record, texts
from orderflow_bridge.documents.stock import product_documents

VARIANT_OPTION = record(
    "ConfigurableProductDataOptionInterface",
    ints("id"),
    texts("attribute_id label"),
    ints("position"),
    flags("is_use_default"),
    {
        "values": Many(
            record("ConfigurableProductDataOptionValueInterface", {"value_index": Kind.ANY})
        )
    },
    ints("product_id"),
)
_OPTIONS, _LINKS = "configurable_product_options", "configurable_product_links"
PRODUCT_WITH_VARIANTS = replace(
    PRODUCT,
    fields={
        **PRODUCT.fields,
        "product_links": Many(LINK_WITH_UNITS),
        "extension_attributes": replace(
            PRODUCT_EXTENSION,
            fields={
                **PRODUCT_EXTENSION.fields,
                BUNDLE_OPTIONS: Many(BUNDLE_OPTION),
                _OPTIONS: Many(VARIANT_OPTION),
                _LINKS: Many(Kind.INT),
            },
        ),
    },
)


def documents_with_variants(
    products: Sequence[Product], *, with_stock: bool, store_id: int | None = None
) -> list[Document]:
    """Return the documents of products; a query more each for configurable ones and bundles.

    With a store view's id they show that view's values.
    """
    documents = product_documents(products, with_stock=with_stock, store_id=store_id)
    add_parts(products, documents)
    configurable = {
        product.pk: product for product in products if product.type_id == Product.Type.CONFIGURABLE
    }
    if not configurable:
        return documents
    links: dict[int, list[int]] = {}
    relations = ProductRelation.objects.filter(parent__in=configurable).order_by("child_id")
    for parent_id, child_id in relations.values_list("parent_id", "child_id"):
        links.setdefault(parent_id, []).append(child_id)
    for document in documents:
        product = configurable.get(document["id"])
        if product is not None:
            extension = document.setdefault("extension_attributes", Document())
            extension[_OPTIONS] = [option_document(product, each) for each in options_of(product)]
            extension[_LINKS] = links.get(product.pk, [])
    return documents


def option_document(product: Product, option: Option) -> Document:
    """Return the document of an option; a value that is a whole number is a number."""
    values = [Document(value_index=_index(value)) for value in option["values"]]
    return VARIANT_OPTION.of({**option, "values": values, "product_id": product.pk})


def option_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says of an option, as `save_option` takes it."""
    names = ("attribute_id", "label", "position", "is_use_default")
    values = {name: document[name] for name in names if document.get(name) is not None}
    if document.get("values") is not None:
        given = [str(each.get("value_index") or "") for each in document["values"]]
        values["values"] = [value for value in given if value]
    return values


def brings_variants(document: Mapping[str, Any]) -> bool:
    """Tell whether a product's document says something of its options, variants or parts."""
    extension = document.get("extension_attributes") or {}
    return brings_parts(document) or any(
        extension.get(name) is not None for name in (_OPTIONS, _LINKS)
    )


def save_variants(sku: str, document: Mapping[str, Any]) -> None:
    """Write the options, variants and parts of a product's document, which are all of them.

    Raises as `set_variants` and `save_parts` do.
    """
    save_parts(sku, document)
    extension = document.get("extension_attributes") or {}
    options = extension.get(_OPTIONS)
    if options is None and extension.get(_LINKS) is None:
        return
    set_variants(
        sku,
        None if options is None else [option_values(each) for each in options],
        extension.get(_LINKS),
    )


def _index(value: str) -> int | str:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else value
