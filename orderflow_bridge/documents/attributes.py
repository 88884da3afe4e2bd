"""Product attributes, their options and their sets as documents (docs/rest.md, "Attributes")."""

from collections.abc import Mapping
from typing import Any

from orderflow_bridge.catalog.attribute_set import set_names, set_places
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
OPTION_GIVEN: Record = record(
    "EavDataAttributeOptionGiven",
    texts("label value"),
    ints("sort_order"),
    flags("is_default"),
    {"store_labels": Many(record("EavDataOptionLabel", ints("store_id"), texts("label")))},
)
ATTRIBUTE_GIVEN: Record = record(
    "CatalogDataProductAttributeGiven",
    flags(
        "is_wysiwyg_enabled is_html_allowed_on_front used_for_sort_by is_filterable"
        " is_filterable_in_search is_used_in_grid is_visible_in_grid is_filterable_in_grid"
        " is_searchable is_visible_in_advanced_search is_comparable is_visible is_required"
        " is_used_for_promo_rules is_visible_on_front used_in_product_listing is_unique"
        " is_user_defined"
    ),
    ints("attribute_id position"),
    texts(
        "attribute_code frontend_input scope default_frontend_label default_value"
        " entity_type_id backend_type backend_model source_model frontend_class note"
    ),
    {
        "apply_to": Many(Kind.TEXT),
        "options": Many(OPTION_GIVEN),
        "frontend_labels": Many(record("EavDataAttributeLabel", ints("store_id"), texts("label"))),
    },
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

_GIVEN_BACK = tuple(
    name
    for name in _ALIKE
    if name not in ("entity_type_id", "frontend_labels", "validation_rules", "apply_to")
)


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
            **{name: value for name, value in attribute.extra.items() if name in _ALIKE},
            "options": [{"label": label, "value": value} for label, value in options],
        }
    )


def attribute_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says of an attribute, as `define` and `redefine` take it."""
    labels = [
        each.get("label")
        for each in document.get("frontend_labels") or ()
        if not each.get("store_id")
    ]
    shaped = ATTRIBUTE_DOCUMENT.of(document)
    given = {name: shaped.get(name) for name in document if document.get(name) is not None}
    options = document.get("options")
    return {
        "code": document.get("attribute_code") or "",
        "label": given.get("default_frontend_label") or next(filter(None, labels), None),
        **{name: given.get(name) for name in ("frontend_input", "scope", "is_required")},
        "options": options,
        "extra": {name: given[name] for name in _GIVEN_BACK if name in given},
    }


def option_list(attribute: Attribute) -> list[Document]:
    """Return what can be chosen of an attribute."""
    return [OPTION.of({"label": label, "value": value}) for label, value in options_of(attribute)]


def input_type_list() -> list[Document]:
    """Return the kinds of attribute."""
    return [ATTRIBUTE_TYPE.of({"label": label, "value": value}) for label, value in INPUT_TYPES]


def product_type_list() -> list[Document]:
    """Return the types of products."""
    return [
        PRODUCT_TYPE.of({"name": each.value, "label": str(each.label)}) for each in Product.Type
    ]


def attribute_set_list() -> list[Document]:
    """Return the sets that have a name or a product."""
    places = set_places()
    return [
        ATTRIBUTE_SET.of(
            {
                "attribute_set_id": pk,
                "attribute_set_name": set_names().get(pk, f"Attribute Set {pk}"),
                "sort_order": places.get(pk) or place,
                "entity_type_id": _ENTITY_TYPE,
            }
        )
        for place, pk in enumerate(attribute_set_ids(), start=1)
    ]
