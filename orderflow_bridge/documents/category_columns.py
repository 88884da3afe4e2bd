"""By which fields categories are searched and sorted: columns, places in the tree, attributes."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import CharField, F, Func, IntegerField, Value
from django.db.models.functions import Coalesce

from orderflow_bridge.catalog.category import Category
from orderflow_bridge.common.json_members import AttributeText, JsonObject, is_name
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.kept_columns import number, worked_out
from orderflow_bridge.documents.search import Columns, columns_of

_ATTRIBUTES = "custom_attributes"
# What Magento brings along, whether or not a category has it.
_KNOWN = frozenset(
    (
        *("description", "url_key", "url_path", "meta_title", "meta_keywords", "meta_description"),
        *("display_mode", "is_anchor", "image", "landing_page", "page_layout", "default_sort_by"),
        *("custom_design", "custom_design_from", "custom_design_to", "custom_apply_to_products"),
        *("custom_use_parent_settings", "custom_layout_update", "filter_price_range"),
    )
)


class _Above(Func):
    """What follows from the way up to the top: `%(of)s` of the last step."""

    arity = 1
    template = (
        "(WITH RECURSIVE up (parent, level, path) AS ("
        " SELECT own.parent_id, 1, CAST(own.id AS text) FROM catalog_category own"
        " WHERE own.id = %(expressions)s"
        " UNION ALL SELECT above.parent_id, up.level + 1, CAST(above.id AS text) || '/' || up.path"
        " FROM up JOIN catalog_category above ON above.id = up.parent)"
        " SELECT %(of)s FROM up WHERE up.parent IS NULL)"
    )


class _Below(Func):
    """How many categories are right below one."""

    arity = 1
    output_field = IntegerField()
    template = (
        "(SELECT COUNT(*) FROM catalog_category below WHERE below.parent_id = %(expressions)s)"
    )


_IN_MENU = Coalesce(AttributeText("extra", "include_in_menu"), Value("1"))
_COLUMNS: Columns = {
    **columns_of(Category, entity_id="id"),
    "id": Column("id", ColumnKind.WHOLE),
    "parent_id": worked_out(
        "parent_id", ColumnKind.WHOLE, Coalesce(F("parent"), Value(0), output_field=IntegerField())
    ),
    "level": worked_out(
        "level", ColumnKind.WHOLE, _Above("pk", of="up.level", output_field=IntegerField())
    ),
    "path": worked_out(
        "path", ColumnKind.TEXT, _Above("pk", of="'0/' || up.path", output_field=CharField())
    ),
    "children_count": worked_out("children_count", ColumnKind.WHOLE, _Below("pk")),
    "include_in_menu": worked_out("include_in_menu", ColumnKind.WHOLE, number(_IN_MENU)),
}


class CategoryColumns(Mapping[str, Column]):
    """The columns, and every attribute that Magento brings along or a category has."""

    def __getitem__(self, name: str) -> Column:
        if name in _COLUMNS:
            return _COLUMNS[name]
        held = {f"extra__{_ATTRIBUTES}__has_key": name}
        if is_name(name) and (name in _KNOWN or Category.objects.filter(**held).exists()):
            text: Any = AttributeText(JsonObject("extra", _ATTRIBUTES), name)
            return worked_out(name, ColumnKind.TEXT, text)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter({**_COLUMNS, **dict.fromkeys(_KNOWN)})

    def __len__(self) -> int:
        return len(set(self))


CATEGORY_COLUMNS: Mapping[str, Column] = CategoryColumns()
