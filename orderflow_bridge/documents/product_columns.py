"""By which fields products are searched and sorted: columns, categories, websites and attributes.

Attributes lie in one JSON column and have no definitions: an attribute that Magento brings along,
or that any product has, can be asked for (docs/contract/rest.md, "What can be searched").
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Case, F, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf

from orderflow_bridge.catalog.attributes import KNOWN
from orderflow_bridge.catalog.media import IMAGE_ROLES
from orderflow_bridge.catalog.models import Product, ProductCategory
from orderflow_bridge.common.json_members import EXACT, AttributeText, is_name
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.kept_columns import worked_out
from orderflow_bridge.documents.search import Columns, columns_of

_NUMBER = r"^-?[0-9]{1,16}(\.[0-9]{1,12})?$"
_ATTRIBUTES = "custom_attributes"
# What lies among the attributes and is a list of documents.
_LISTS = ("product_links", "options", "tier_prices", "media_gallery_entries")
_AMOUNTS = ("special_price", "cost", "msrp", "minimal_price")
# What Magento brings along beside those that are told with their kinds (catalog/attributes.py).
_KNOWN = frozenset(
    (
        *(attribute.code for attribute in KNOWN),
        *_AMOUNTS,
        *("custom_design_from", "custom_design_to", "custom_design", "custom_layout_update"),
        *("url_path", "country_of_manufacture", "gift_message_available"),
        *("image_label", "small_image_label", "thumbnail_label", "page_layout"),
        *("options_container", "required_options", "has_options", "msrp_display_actual_price_type"),
        *("price_type", "price_view", "sku_type", "weight_type", "shipment_type", "links_title"),
        *("links_purchased_separately", "samples_title", "manage_stock"),
    )
)


def _attribute(code: str) -> Column:
    """Return an attribute as a column: a text, which compares with numbers by size."""
    text, number = f"{code}_text", f"{code}_number"
    expressions = {
        text: AttributeText(_ATTRIBUTES, code),
        number: Cast(Case(When(**{f"{text}__regex": _NUMBER}, then=F(text))), EXACT),
    }
    if code in _AMOUNTS:
        return Column(number, ColumnKind.NUMBER, is_nullable=True, expressions=expressions)
    held = (_ATTRIBUTES, code)
    return Column(
        text, ColumnKind.TEXT, is_nullable=True, expressions=expressions, number=number, held=held
    )


def _role(code: str) -> Column:
    """Return the picture that plays a role; without one of its own that is the product's image."""
    own = NullIf(AttributeText(_ATTRIBUTES, code), Value(""))
    shown = Coalesce(own, F("image"), output_field=TextField())
    return worked_out(code, ColumnKind.TEXT, shown)


def _place() -> Any:
    links = ProductCategory.objects.filter(product=OuterRef("pk")).order_by("position")
    return Subquery(links.values("position")[:1])


PRODUCT_COLUMNS: Columns = {
    **columns_of(
        Product,
        id="id",
        entity_id="id",
        category_id="category_links__category_id",
        category_ids="category_links__category_id",
        website_id="website_links__website_id",
        store_id="website_links__website__stores__id",
        store="website_links__website__stores__id",
    ),
    "sku": Column("sku_key", ColumnKind.TEXT),
    "position": worked_out("position", ColumnKind.WHOLE, _place()),
    **{role: _role(role) for role in IMAGE_ROLES if role != "image"},
}


class AttributeColumns(Mapping[str, Column]):
    """The columns, and every attribute that is known or that a product has.

    Whether a product has one is asked when it is needed: one query for each such attribute.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def __getitem__(self, name: str) -> Column:
        if name in self._columns:
            return self._columns[name]
        if not is_name(name) or name in _LISTS:
            raise KeyError(name)
        if name in _KNOWN or Product.objects.filter(custom_attributes__has_key=name).exists():
            return _attribute(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter({**self._columns, **dict.fromkeys(_KNOWN)})

    def __len__(self) -> int:
        return len(set(self))


SEARCHED: Mapping[str, Column] = AttributeColumns(PRODUCT_COLUMNS)
