"""What product attributes there are: Magento's own, the bridge's columns, and what products hold.

An attribute that is neither known nor defined (attribute_set.py) exists as soon as a product
has a value for it: a text, for every store view (docs/rest.md, "Attributes").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from zlib import crc32

from django.db import connection
from django.db.models.fields.json import KeyTextTransform

from orderflow_bridge.catalog.attribute_set import (
    DEFAULT_SET,
    ProductAttribute,
    definitions,
    set_names,
)
from orderflow_bridge.catalog.changes import BUNDLE_OPTIONS, VARIANT_OPTIONS
from orderflow_bridge.catalog.defining import BACKENDS, CHOSEN
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.scopes import scope_of

# Magento's own words, the same in every language: for files and machines.
STATUS_WORDS: Final = {1: "Enabled", 2: "Disabled"}
VISIBILITY_WORDS: Final = {
    1: "Not Visible Individually",
    2: "Catalog",
    3: "Search",
    4: "Catalog, Search",
}
# Lists that lie among the custom attributes and are fields of their own in Magento.
_LISTS = {"product_links", "options", "tier_prices", "media_gallery_entries"} | {
    VARIANT_OPTIONS,
    BUNDLE_OPTIONS,
}
_MOST_OPTIONS = 10_000
_FIRST_ID = 1_000
_IDS = 2**30

Options = tuple[tuple[str, str], ...]
_STATUS: Options = tuple((word, str(value)) for value, word in STATUS_WORDS.items())
_VISIBILITY: Options = tuple((word, str(value)) for value, word in VISIBILITY_WORDS.items())
_TAX_CLASSES: Options = (("None", "0"), ("Taxable Goods", "2"))


@dataclass(frozen=True)
class Attribute:
    """One attribute: its code and label, and how Magento's forms and tables keep it.

    `scope` is what a value may differ by: global, website or store. `options` are pairs of label
    and value; None for an attribute whose options are the values that products have, behind those
    that are `defined`. `extra` is what else a definition says.
    """

    code: str
    label: str
    frontend_input: str = "text"
    backend_type: str = "varchar"
    scope: str = "store"
    options: Options | None = ()
    is_required: bool = False
    is_user_defined: bool = False
    defined: Options = ()
    extra: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def attribute_id(self) -> int:
        """A number that stays the same for a code, in every shop."""
        return _NUMBERS.get(self.code) or _FIRST_ID + crc32(self.code.encode()) % _IDS


def _known(codes: str, frontend_input: str, backend_type: str, scope: str) -> list[Attribute]:
    """Return attributes of one kind; a label is the code in words."""
    return [
        Attribute(code, code.replace("_", " ").title(), frontend_input, backend_type, scope)
        for code in codes.split()
    ]


KNOWN: tuple[Attribute, ...] = (
    Attribute("name", "Product Name", is_required=True),
    Attribute("sku", "SKU", backend_type="static", scope="global", is_required=True),
    *_known("description short_description", "textarea", "text", "store"),
    *_known("price special_price cost", "price", "decimal", "website"),
    *_known("special_from_date special_to_date", "date", "datetime", "website"),
    *_known("news_from_date news_to_date", "date", "datetime", "website"),
    Attribute("weight", "Weight", "weight", "decimal", "global"),
    Attribute("manufacturer", "Manufacturer", "select", "int", "global", None, False, True),
    Attribute("color", "Color", "select", "int", "global", None, False, True),
    *_known("meta_title url_key", "text", "varchar", "store"),
    *_known("meta_keyword meta_description", "textarea", "text", "store"),
    *_known("image small_image thumbnail swatch_image", "media_image", "varchar", "store"),
    Attribute("media_gallery", "Media Gallery", "gallery", "static", "global"),
    Attribute("status", "Enable Product", "select", "int", "website", _STATUS),
    Attribute("visibility", "Visibility", "select", "int", "store", _VISIBILITY),
    Attribute("tax_class_id", "Tax Class", "select", "int", "website", _TAX_CLASSES),
    Attribute("category_ids", "Categories", "text", "static", "global"),
    Attribute("quantity_and_stock_status", "Quantity", "select", "int", "global"),
    Attribute("barcode", "Barcode", scope="global", is_user_defined=True),
    Attribute("weight_units", "Weight Units", scope="global", is_user_defined=True),
    *_known("length width height area volume", "text", "decimal", "global"),
    Attribute("storage_types", "Storage Types", scope="global", is_user_defined=True),
    Attribute("tax_code", "Tax Code", scope="global", is_user_defined=True),
    *_known("orderflow_export_status", "text", "varchar", "global"),
    *_known("orderflow_export_date", "date", "datetime", "global"),
)
_NUMBERS = {attribute.code: number for number, attribute in enumerate(KNOWN, start=73)}
_BY_CODE = {attribute.code: attribute for attribute in KNOWN}
# Magento's kinds of attribute: what its forms call them.
INPUT_TYPES: Options = (
    ("Text Field", "text"),
    ("Text Area", "textarea"),
    ("Date", "date"),
    ("Yes/No", "boolean"),
    ("Multiple Select", "multiselect"),
    ("Dropdown", "select"),
    ("Price", "price"),
    ("Media Image", "media_image"),
)


def attributes() -> list[Attribute]:
    """Return all attributes, the known ones first: two queries, one of them over all products."""
    defined = definitions()
    others = sorted((_codes_in_use() | defined.keys()) - _BY_CODE.keys() - _LISTS)
    return [_defined(each, defined) for each in (*KNOWN, *map(_text, others))]


def attribute_by_code(code: str) -> Attribute | None:
    """Return the attribute with this code; None if it is not defined and no product has one."""
    defined = definitions()
    if code in _BY_CODE:
        return _defined(_BY_CODE[code], defined)
    if code in defined or code in _codes_in_use() - _LISTS:
        return _defined(_text(code), defined)
    return None


def is_system(code: str) -> bool:
    """Tell whether an attribute is Magento's own or the bridge's, and cannot be taken away."""
    return code in _BY_CODE


def _defined(attribute: Attribute, defined: Mapping[str, ProductAttribute]) -> Attribute:
    """Return an attribute as it is defined; kind and scope of a known one are what they are."""
    definition = defined.get(attribute.code)
    if definition is None:
        return attribute
    said = replace(
        attribute,
        label=definition.label or attribute.label,
        defined=tuple((each["label"], each["value"]) for each in definition.options),
        extra=definition.extra,
    )
    if is_system(attribute.code):
        return said
    frontend_input = definition.frontend_input or attribute.frontend_input
    return replace(
        said,
        frontend_input=frontend_input,
        backend_type=BACKENDS[frontend_input],
        scope=definition.scope,
        is_required=definition.is_required,
        options=None if frontend_input in CHOSEN else (),
    )


def options_of(attribute: Attribute) -> Options:
    """Return what can be chosen of an attribute: pairs of label and value.

    Where products hold the choice itself, value and label are the same text.
    """
    if attribute.options is not None:
        return attribute.options
    value = KeyTextTransform(attribute.code, "custom_attributes")
    values = Product.objects.order_by().annotate(chosen=value).filter(chosen__isnull=False)
    found = values.values_list("chosen", flat=True).distinct().order_by("chosen")
    known = {value for _, value in attribute.defined}
    used = ((text, text) for text in found[:_MOST_OPTIONS] if text and text not in known)
    return ((" ", ""), *attribute.defined, *used)


def attribute_set_ids() -> list[int]:
    """Return the attribute sets that have a name or a product, the default one among them."""
    used = Product.objects.order_by().values_list("attribute_set_id", flat=True).distinct()
    return sorted({DEFAULT_SET, *set_names(), *used})


def _text(code: str) -> Attribute:
    label = code.replace("_", " ").strip().capitalize() or code
    return Attribute(code, label, scope=scope_of(code), is_user_defined=True)


def _codes_in_use() -> set[str]:
    table = Product._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT DISTINCT jsonb_object_keys(custom_attributes) FROM {table}")  # noqa: S608
        else:
            cursor.execute(
                f"SELECT DISTINCT each.key FROM {table}, json_each(custom_attributes) AS each"  # noqa: S608
            )
        return {code for (code,) in cursor.fetchall()}
