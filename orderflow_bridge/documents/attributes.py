"""Product attributes, their options and their sets as documents (docs/rest.md, "Attributes")."""

from typing import Any

from orderflow_bridge.catalog.attribute_set import set_names
from orderflow_bridge.catalog.attributes import (
    INPUT_TYPES,
    Attribute,
    attribute_set_ids,
    options_of,
)
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    Record,
    flags,
    ints,
    record,
    texts,
)

_ENTITY_TYPE = 4
OPTION: Record = record(
    "EavDataAttributeOptionInterface", texts("label value"), required="label value"
)
ATTRIBUTE_TYPE = record(
    "CatalogDataProductAttributeTypeInterface", texts("value label"), required="value label"
)
PRODUCT_TYPE = record("CatalogDataProductTypeInterface", texts("name label"), required="name label")
ATTRIBUTE_SET = record(
    "EavDataAttributeSetInterface",
    ints("attribute_set_id"),
    texts("attribute_set_name"),
    ints("sort_order entity_type_id"),
    required="attribute_set_id attribute_set_name sort_order entity_type_id",
)
ATTRIBUTE_DOCUMENT = record(
    "CatalogDataProductAttributeInterface",
    flags(
        "is_wysiwyg_enabled is_html_allowed_on_front used_for_sort_by is_filterable"
        " is_filterable_in_search is_used_in_grid is_visible_in_grid is_filterable_in_grid"
    ),
    ints("position"),
    {"apply_to": Many(Kind.TEXT)},
    texts(
        "is_searchable is_visible_in_advanced_search is_comparable is_used_for_promo_rules"
        " is_visible_on_front used_in_product_listing"
    ),
    flags("is_visible"),
    texts("scope"),
    ints("attribute_id"),
    texts("attribute_code frontend_input entity_type_id"),
    flags("is_required"),
    {"options": Many(OPTION)},
    flags("is_user_defined"),
    texts("default_frontend_label"),
    {"frontend_labels": Many(Kind.ANY)},
    texts("backend_type is_unique frontend_class"),
    {"validation_rules": Many(Kind.ANY)},
    required=(
        "attribute_code attribute_id frontend_input entity_type_id is_required options"
        " is_user_defined default_frontend_label frontend_labels backend_type is_unique"
        " scope apply_to validation_rules is_visible"
    ),
)
# What the bridge has no use for; as Magento has it for a new attribute.
_ALIKE: dict[str, Any] = {
    **dict.fromkeys(
        (
            *("is_wysiwyg_enabled", "is_html_allowed_on_front", "used_for_sort_by"),
            *("is_filterable", "is_filterable_in_search", "is_used_in_grid"),
            *("is_visible_in_grid", "is_filterable_in_grid"),
        ),
        False,
    ),
    **dict.fromkeys(
        (
            *("is_searchable", "is_visible_in_advanced_search", "is_comparable"),
            *("is_used_for_promo_rules", "is_visible_on_front", "used_in_product_listing"),
            "is_unique",
        ),
        "0",
    ),
    "position": 0,
    "apply_to": [],
    "is_visible": True,
    "entity_type_id": str(_ENTITY_TYPE),
    "frontend_labels": [],
    "frontend_class": "",
    "validation_rules": [],
}


def attribute_document(attribute: Attribute, *, with_options: bool) -> Document:
    """Return the document of an attribute; in a list, options in use are left out."""
    is_chosen = with_options or attribute.options is not None
    options = options_of(attribute) if is_chosen else ()
    return ATTRIBUTE_DOCUMENT.of(
        _ALIKE
        | {
            "attribute_id": attribute.attribute_id,
            "attribute_code": attribute.code,
            "default_frontend_label": attribute.label,
            "frontend_input": attribute.frontend_input,
            "backend_type": attribute.backend_type,
            "scope": attribute.scope,
            "is_required": attribute.is_required,
            "is_user_defined": attribute.is_user_defined,
            "options": [{"label": label, "value": value} for label, value in options],
        }
    )


def option_list(attribute: Attribute) -> list[Document]:
    """Return what can be chosen of an attribute."""
    return [OPTION.of({"label": label, "value": value}) for label, value in options_of(attribute)]


def input_type_list() -> list[Document]:
    """Return the kinds of attribute."""
    return [ATTRIBUTE_TYPE.of({"label": label, "value": value}) for label, value in INPUT_TYPES]


def product_type_list() -> list[Document]:
    """Return the types of products."""
    return [PRODUCT_TYPE.of({"name": each.value, "label": each.label}) for each in Product.Type]


def attribute_set_list() -> list[Document]:
    """Return the sets that have a name or a product."""
    return [
        ATTRIBUTE_SET.of(
            {
                "attribute_set_id": pk,
                "attribute_set_name": set_names().get(pk, f"Attribute Set {pk}"),
                "sort_order": place,
                "entity_type_id": _ENTITY_TYPE,
            }
        )
        for place, pk in enumerate(attribute_set_ids(), start=1)
    ]
