"""What there is to choose from: the fields of each part, by the paths under which values have them.

A path is a name and its members: `product.name`, `parent.colour`, `order.shipping_method`. Of many,
`first` and `last` choose one, and a member by itself is that of all, joined: `items.last.sku`,
`categories.name`. Attributes of products and an order's rarer fields stand among the columns.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.mapping.rows import Part
from orderflow_bridge.mapping.system_rows import DECLARED_KEYS, SYSTEM_ROWS
from orderflow_bridge.sales.models import Order, OrderAddress, OrderItem, OrderPayment

_NEWEST = 5000
_SAMPLED = 200
_NEAR = 3
_ONE_OF_MANY = ("first", "last")
_CHOSEN = {
    "first": gettext_lazy("first"),
    "last": gettext_lazy("last"),
    "all": gettext_lazy("all"),
}


def _columns(model: type[Model], *left_out: str) -> tuple[str, ...]:
    """Return a table's own columns, without keys and what the bridge keeps for itself."""
    return tuple(
        field.name
        for field in model._meta.concrete_fields
        if not field.is_relation
        and field.name not in ("id", "extra", "custom_attributes", *left_out)
        and not field.name.startswith("orderflow_")
    )


class Rare(NamedTuple):
    """Where further members are kept, by name: a JSON column."""

    model: type[Model]
    column: str


@dataclass(frozen=True)
class Kind:
    """What an entity has: columns, members that are entities, and maybe further ones by name."""

    title: str
    columns: tuple[str, ...]
    rare: Rare | None = None


PRODUCT = Kind(
    gettext_lazy("product"), _columns(Product, "sku_key"), Rare(Product, "custom_attributes")
)
CATEGORY = Kind(gettext_lazy("category"), ("name", "position"))
ORDER = Kind(gettext_lazy("order"), _columns(Order), Rare(Order, "extra"))
ITEM = Kind(gettext_lazy("order line"), _columns(OrderItem), Rare(OrderItem, "extra"))
ADDRESS = Kind(gettext_lazy("address"), _columns(OrderAddress))
PAYMENT = Kind(gettext_lazy("payment"), _columns(OrderPayment))
GIFT = Kind(gettext_lazy("gift message"), ("sender", "recipient", "message"))
NAMED = Kind(gettext_lazy("name"), ("code", "name"))


class Root(NamedTuple):
    """A name under which values are found in a part, and whether it is a list of them."""

    title: str
    kind: Kind
    is_many: bool = False


_OF_ORDER = {
    "order": Root(gettext_lazy("Order"), ORDER),
    "payment": Root(gettext_lazy("Payment"), PAYMENT),
    "shipping": Root(gettext_lazy("Shipping address"), ADDRESS),
    "billing": Root(gettext_lazy("Billing address"), ADDRESS),
    "items": Root(gettext_lazy("Order lines"), ITEM, is_many=True),
    "gift": Root(gettext_lazy("Gift message"), GIFT),
    "website": Root(gettext_lazy("Website"), NAMED),
    "store": Root(gettext_lazy("Store view"), NAMED),
}
ROOTS: Mapping[Part, Mapping[str, Root]] = {
    Part.PRODUCT: {
        "product": Root(gettext_lazy("Product"), PRODUCT),
        "parent": Root(gettext_lazy("Parent product"), PRODUCT),
        "parents": Root(gettext_lazy("Parent products"), PRODUCT, is_many=True),
        "category": Root(gettext_lazy("First category"), CATEGORY),
        "categories": Root(gettext_lazy("Categories"), CATEGORY, is_many=True),
        "website": Root(gettext_lazy("Website"), NAMED),
    },
    Part.ORDER: _OF_ORDER,
    Part.ADDRESS: {"address": Root(gettext_lazy("This address"), ADDRESS), **_OF_ORDER},
    Part.ORDER_LINE: {
        "item": Root(gettext_lazy("This line"), ITEM),
        "parent_item": Root(gettext_lazy("Parent line"), ITEM),
        "product": Root(gettext_lazy("Product"), PRODUCT),
        **_OF_ORDER,
    },
    Part.SHIPMENT: _OF_ORDER,
}
SYSTEM = "system"


class Field(NamedTuple):
    """Something to choose, and what people call it."""

    path: str
    title: str


class Finding(NamedTuple):
    """What is wrong with a path. A doubt is about data: the attribute may come later."""

    text: str
    is_doubt: bool = False


def fields_of(part: Part) -> list[Field]:
    """Return what a row of this part may be, one of many included, with what the newest have."""
    found: list[Field] = []
    seen: dict[Rare, list[str]] = {}
    for name, root in ROOTS[part].items():
        rare = root.kind.rare
        members = [*root.kind.columns]
        if rare is not None:
            if rare not in seen:
                seen[rare] = _rare_names(rare)
            members += [each for each in seen[rare] if each not in members]
        for chosen in (*_ONE_OF_MANY, "all") if root.is_many else ("",):
            prefix = f"{name}.{chosen}" if chosen in _ONE_OF_MANY else name
            title = f"{root.title}, {_CHOSEN[chosen]}" if chosen else root.title
            found += [Field(f"{prefix}.{each}", f"{title}: {_words(each)}") for each in members]
    keys = dict.fromkeys([*DECLARED_KEYS[part], *(row.key for row in SYSTEM_ROWS[part])])
    keys.pop("externalReference", None)
    return [
        *found,
        *(Field(f"{SYSTEM}.{key}", _("System value of %(key)s") % {"key": key}) for key in keys),
    ]


def finding_on(part: Part, path: str) -> Finding | None:
    """Return what is wrong with a path in this part, None if nothing is."""
    if not path.isprintable():
        return Finding(_("The name of a value holds characters that no name has."))
    name, *members = path.split(".")
    roots = ROOTS[part]
    if name == SYSTEM:
        return (
            None
            if len(members) == 1
            else Finding(_("“%(name)s” has OrderFlow's keys only.") % {"name": SYSTEM})
        )
    if name not in roots:
        return Finding(
            _("There is no value “%(name)s” here. There are: %(names)s.")
            % {"name": name, "names": ", ".join((*roots, SYSTEM))}
        )
    root = roots[name]
    if root.is_many and members[:1] and members[0] in _ONE_OF_MANY:
        members = members[1:]
    return _finding_on_member(path, root.kind, members[0]) if members else None


def _finding_on_member(path: str, kind: Kind, member: str) -> Finding | None:
    if member in kind.columns:
        return None
    known = [*kind.columns, *(_rare_names(kind.rare) if kind.rare else ())]
    near = get_close_matches(member, known, n=_NEAR)
    either = (" " + _("or") + " ").join(near)
    hint = " " + _("Did you mean %(names)s?") % {"names": either} if near else ""
    said = {"path": path, "kind": kind.title, "member": member}
    if kind.rare is None:
        text = _("There is no “%(path)s”: %(kind)s has no “%(member)s”.") % said
        return Finding(f"{text}{hint}")
    if _is_anywhere(kind.rare, member):
        return None
    text = _("There is no “%(path)s”: no %(kind)s of the newest %(count)s has “%(member)s”.")
    return Finding(f"{text % {**said, 'count': _NEWEST}}{hint}", is_doubt=True)


def _is_anywhere(rare: Rare, name: str) -> bool:
    newest = rare.model._default_manager.order_by("-pk").values("pk")[:_NEWEST]
    rows = rare.model._default_manager.filter(pk__in=newest)
    return bool(rows.filter(**{f"{rare.column}__has_key": name}).exists())


def _rare_names(rare: Rare) -> list[str]:
    """Return the names that the newest rows have, in their order of appearance."""
    newest = rare.model._default_manager.order_by("-pk").values_list(rare.column, flat=True)
    return list(dict.fromkeys(_simple_names(newest[:_SAMPLED])))


def _simple_names(rows: Iterable[Any]) -> Iterator[str]:
    for values in rows:
        if isinstance(values, dict):
            for name, value in values.items():
                if not isinstance(value, dict) and not _is_of_objects(value) and "." not in name:
                    yield name


def _is_of_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _words(name: str) -> str:
    """Return a column's name in words: as a form's label says it, where a form has the column."""
    return _(name.replace("_", " "))
