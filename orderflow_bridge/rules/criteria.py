"""A rule's criteria as one condition of a query, and as words.

They are Magento's search criteria over the fields that REST searches, and more: an order's payment,
delivery address and products, and attributes, which lie in JSON. What is of another table is asked
by EXISTS, so that a rule costs index look-ups of the rows that are due and reads nothing else.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext

from orderflow_bridge.catalog.models import Product, ProductCategory, ProductWebsite
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.documents.conditions import Column, ColumnKind, condition
from orderflow_bridge.documents.criteria import Filter
from orderflow_bridge.documents.order_columns import ITEM_COLUMNS, ORDER_COLUMNS, ORDER_KEPT
from orderflow_bridge.documents.product_columns import PRODUCT_COLUMNS
from orderflow_bridge.sales.models import Order, OrderAddress, OrderItem, OrderPayment

MOST_VALUES = 1_000
MOST_FILTERS = 100
# Of an order: an attribute of any of its products.
OF_PRODUCT = "product."
# What a shop person reads, by Magento's word.
CONDITIONS: Mapping[str, str] = {
    "eq": _("is"),
    "neq": _("is not"),
    "gt": _("is above"),
    "gteq": _("is at least"),
    "lt": _("is below"),
    "lteq": _("is at most"),
    "like": _("is like (% stands for any text)"),
    "nlike": _("is not like (% stands for any text)"),
    "in": _("is one of (with commas between)"),
    "nin": _("is none of (with commas between)"),
    "null": _("is empty"),
    "notnull": _("is not empty"),
    "finset": _("contains, of several with commas between"),
    "nfinset": _("does not contain, of several with commas between"),
    "regexp": _("matches the regular expression"),
}
WITHOUT_VALUE = ("null", "notnull")
_OPPOSITES = {"neq": "eq", "nlike": "like", "nin": "in", "notnull": "null", "nfinset": "finset"}
_COMPARED = ("gt", "gteq", "lt", "lteq")
_NUMBER = r"^-?[0-9]{1,16}(\.[0-9]{1,12})?$"
_EXACT = DecimalField(max_digits=30, decimal_places=12)

Groups = Sequence[Sequence[Filter]]
"""Groups joined with AND; the filters of a group are joined with OR."""


@dataclass(frozen=True)
class _Place:
    """Where a field's values lie: a column of `rows`, or without them of the row itself.

    `are_several`: a row has any number of them, and a condition that is turned round asks that none
    of them matches.
    """

    column: Column
    rows: Callable[[], QuerySet[Any]] | None = None
    are_several: bool = False


def read_groups(stored: Any) -> Groups:
    """Return the groups of a rule as it is stored. Raises CriteriaRefused if it is none."""
    try:
        groups = [[Filter(str(f), str(v), str(c)) for f, c, v in group] for group in stored]
    except (TypeError, ValueError):
        raise CriteriaRefused.wrong_type("filter_groups", "list") from None
    if sum(map(len, groups)) > MOST_FILTERS:
        details = {"type": "filters", "max": str(MOST_FILTERS)}
        raise CriteriaRefused('Maximum items of type "%type" is %max', details)
    return [group for group in groups if group]


def matching(entity: Entity, groups: Groups) -> Q:
    """Return the condition of the orders, or products, that match all groups.

    Raises CriteriaRefused for fields, conditions and values that there are not.
    """
    model, place_of = _ENTITIES[entity]
    found = ~Q(pk__in=())
    for group in groups:
        any_of = Q(pk__in=())
        for wanted in group:
            if wanted.condition_type not in CONDITIONS:
                raise CriteriaRefused.unsupported(wanted.condition_type)
            any_of |= _asked(model, place_of(wanted), wanted)
        found &= any_of
    return found


def fields_of(entity: Entity) -> list[str]:
    """Return the fields by name, those that are most asked for first."""
    if entity == Entity.ORDER:
        offered = [*_USUAL, *sorted({*ORDER_COLUMNS, *_of_order()})]
    else:
        offered = ["sku", "name", "price", "category_id", *sorted(PRODUCT_COLUMNS)]
    return list(dict.fromkeys(offered))


def in_words(groups: Groups) -> str:
    """Return criteria as a sentence's end: "grand_total is above 500"."""
    either, also = " " + gettext("or") + " ", " " + gettext("and") + " "
    return also.join(
        f"({text})" if len(group) > 1 and len(groups) > 1 else text
        for group in groups
        for text in [either.join(map(_words, group))]
    )


def _words(wanted: Filter) -> str:
    word = str(CONDITIONS.get(wanted.condition_type, wanted.condition_type)).partition(" (")[0]
    value = "" if wanted.condition_type in WITHOUT_VALUE else f" {wanted.value}"
    return f"{wanted.field} {word}{value}"


def _asked(model: type[Model], place: _Place, wanted: Filter) -> Q:
    if place.rows is None:
        return condition(model, place.column, wanted, MOST_VALUES)
    positive = _OPPOSITES.get(wanted.condition_type) if place.are_several else None
    asked = Filter(wanted.field, wanted.value, positive or wanted.condition_type)
    rows = place.rows()
    matches = condition(rows.model, place.column, asked, MOST_VALUES)
    exists = Q(Exists(rows.filter(matches)))
    return ~exists if positive else exists


def _order_place(wanted: Filter) -> _Place:
    name = wanted.field
    if place := _of_order().get(name):
        return place
    if column := ORDER_COLUMNS.get(name):
        if column.kind is ColumnKind.TEXT and name in ORDER_KEPT:
            column, alias = _in_json("extra", name, wanted)
            return _Place(column, lambda: _own(Order).alias(**alias))
        return _own_place(Order, column)
    if code := name.removeprefix(OF_PRODUCT) if name.startswith(OF_PRODUCT) else "":
        items = _in_json("product__custom_attributes", code, wanted)
        if column := PRODUCT_COLUMNS.get(code):
            if column.is_related or column.expressions:
                raise CriteriaRefused.unsupported(name)
            items = Column(f"product__{column.path}", column.kind, column.is_nullable), {}
        return _Place(items[0], lambda: _items().alias(**items[1]), are_several=True)
    raise CriteriaRefused.unsupported(name)


def _product_place(wanted: Filter) -> _Place:
    name = wanted.field
    if place := _OF_PRODUCT.get(name):
        return place
    if column := PRODUCT_COLUMNS.get(name):
        return _own_place(Product, column)
    if not name.isidentifier():
        raise CriteriaRefused.unsupported(name)
    column, alias = _in_json("custom_attributes", name, wanted)
    return _Place(column, lambda: _own(Product).alias(**alias))


def _in_json(path: str, key: str, wanted: Filter) -> tuple[Column, dict[str, Any]]:
    """Return a value in JSON as a column, with the expressions that it is made of.

    It is a text; where it is compared with a number by size, it is one, and no other text matches.
    """
    if not key.isidentifier():
        raise CriteriaRefused.unsupported(wanted.field)
    text: dict[str, Any] = {"in_json": Cast(KeyTextTransform(key, path), TextField())}
    if wanted.condition_type not in _COMPARED or not re.search(_NUMBER, wanted.value.strip()):
        return Column("in_json", ColumnKind.TEXT, is_nullable=True), text
    number = Cast(Case(When(in_json__regex=_NUMBER, then=F("in_json"))), _EXACT)
    return Column("number", ColumnKind.NUMBER, is_nullable=True), {**text, "number": number}


def _own_place(model: type[Model], column: Column) -> _Place:
    """Return the place of a column of the row itself, which may be worked out."""
    if not column.expressions:
        return _Place(column)
    return _Place(column, lambda: _own(model).alias(**column.expressions))


def _own(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.filter(pk=OuterRef("pk")).order_by()


def _items() -> QuerySet[Any]:
    return OrderItem.objects.filter(order=OuterRef("pk")).order_by()


def _payments() -> QuerySet[Any]:
    return OrderPayment.objects.filter(order=OuterRef("pk")).order_by()


def _delivery() -> QuerySet[Any]:
    shipping = OrderAddress.Type.SHIPPING
    return OrderAddress.objects.filter(order=OuterRef("pk"), address_type=shipping).order_by()


def _of_order() -> Mapping[str, _Place]:
    text, whole = ColumnKind.TEXT, ColumnKind.WHOLE
    categories = Column("product__category_links__category_id", whole)
    return {
        "payment_method": _Place(Column("method", text), _payments, are_several=True),
        "sku": _Place(ITEM_COLUMNS["sku"], _items, are_several=True),
        "category_id": _Place(categories, _items, are_several=True),
        **{
            f"shipping_{name}": _Place(Column(name, text), _delivery, are_several=True)
            for name in ("country_id", "region", "postcode", "city", "company")
        },
    }


_OF_PRODUCT: Mapping[str, _Place] = {
    "category_id": _Place(
        Column("category_id", ColumnKind.WHOLE),
        lambda: ProductCategory.objects.filter(product=OuterRef("pk")).order_by(),
        are_several=True,
    ),
    "website_id": _Place(
        Column("website_id", ColumnKind.WHOLE),
        lambda: ProductWebsite.objects.filter(product=OuterRef("pk")).order_by(),
        are_several=True,
    ),
}
_USUAL = (
    "grand_total",
    "payment_method",
    "shipping_method",
    "customer_group_id",
    "sku",
    "category_id",
    "shipping_country_id",
)
_ENTITIES: Mapping[Entity, tuple[type[Model], Callable[[Filter], _Place]]] = {
    Entity.ORDER: (Order, _order_place),
    Entity.PRODUCT: (Product, _product_place),
}
