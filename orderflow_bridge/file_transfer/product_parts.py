"""What groups and bundles consist of, as a product's row says it in Magento's own syntax.

`associated_skus` of a group: `A=2,B=1`, the units of each that are suggested. `bundle_values` of a
bundle: a choice between bars, `name=Ball,type=select,required=1,sku=A,price=0,default=1,…`; choices
of one name are one option. As in Magento a row adds to what a product has, and changes what is
named again. Pure functions, but for the one that looks for products.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from orderflow_bridge.catalog.bundles import bundle_options, finished_options
from orderflow_bridge.catalog.changes import BUNDLE_OPTIONS
from orderflow_bridge.catalog.groups import ASSOCIATED, LINKS, associated_links
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import VariantRefused
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.file_transfer.cells import number_advice
from orderflow_bridge.file_transfer.product_cells import (
    join_list,
    split_list,
    split_pairs,
    split_parts,
)

COLUMNS = ("associated_skus", "bundle_values")
_TYPES = {"associated_skus": Product.Type.GROUPED, "bundle_values": Product.Type.BUNDLE}
_PRICE_TYPES = {"fixed": 0, "percent": 1}
_LARGEST = Decimal(10**8)

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Member:
    """A product of a group or bundle: its SKU and what is said of it, by Magento's names.

    `option` is what is said of a bundle's option, `title` what it is called.
    """

    sku: str
    values: Values
    title: str = ""
    option: Values | None = None

    @property
    def key(self) -> str:
        """The key of the product's SKU."""
        return sku_key(self.sku)


@dataclass(frozen=True)
class Parts:
    """What a row says of what its product consists of; `column` says it."""

    column: str
    members: Sequence[Member]

    @property
    def keys(self) -> set[str]:
        """The keys of the SKUs that are named."""
        return {each.key for each in self.members}

    @property
    def type_id(self) -> str:
        """The type of product that alone can have the column."""
        return _TYPES[self.column]


@dataclass(frozen=True)
class Found:
    """A product that can be a part: its id (0 for one of the same file), SKU and type."""

    pk: int
    sku: str
    type_id: str


def parts_of(cells: Mapping[str, str], *, is_enclosed: bool) -> Parts | None:
    """Read a row's cells; None if it names no parts. Raises ValueError."""
    group, bundle = (cells.get(column, "").strip() for column in COLUMNS)
    if group and bundle:
        raise ValueError(f"{COLUMNS[0]} and {COLUMNS[1]}: a product is a group or a bundle.")
    if group:
        return Parts(COLUMNS[0], [_member(each) for each in split_list(group)])
    choices = [
        _choice(split_pairs(COLUMNS[1], part, is_enclosed=is_enclosed))
        for part in split_parts(bundle, is_enclosed=is_enclosed)
    ]
    return Parts(COLUMNS[1], choices) if choices else None


def _member(text: str) -> Member:
    sku, is_pair, qty = text.rpartition("=")
    sku = (sku if is_pair else text).strip()
    if not sku:
        raise ValueError(f'associated_skus "{text[:100]}" names no sku.')
    return Member(sku, {"qty": _number("associated_skus", qty)} if is_pair else {})


def _choice(pairs: Mapping[str, str]) -> Member:
    # What an option is called in store views (`name_uk`) is not kept; its name is.
    values = {code: text for code, text in pairs.items() if not code.startswith("name_")}
    for needed in ("name", "sku"):
        if needed not in values:
            raise ValueError(f"bundle_values: a choice names no {needed}.")
    title, sku = values.pop("name"), values.pop("sku").strip()
    option: dict[str, Any] = {}
    link: dict[str, Any] = {}
    for code, text in values.items():
        match code, text.strip():
            case _, "":
                continue
            case "type", kind:
                option["type"] = kind
            case "required", flag:
                option["required"] = _flag(code, flag)
            case "default", flag:
                link["is_default"] = _flag(code, flag)
            case "can_change_qty", flag:
                link["can_change_quantity"] = int(_flag(code, flag))
            case "default_qty", number:
                link["qty"] = _number(f"bundle_values: {code}", number)
            case "price", number:
                link["price"] = _number(f"bundle_values: {code}", number)
            case "price_type", word if word in _PRICE_TYPES:
                link["price_type"] = _PRICE_TYPES[word]
            case "price_type", word:
                raise ValueError(
                    f'bundle_values: price_type "{word[:100]}" is neither fixed nor percent.'
                )
            case _:
                raise ValueError(f'bundle_values: "{code[:100]}" is not known.')
    return Member(sku, link, title, option)


def _flag(code: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f'bundle_values: {code} "{text[:100]}" is neither 1 nor 0.')
    return text == "1"


def _number(name: str, text: str) -> int | float:
    """Read a number as JSON has it: whole if it is."""
    try:
        exact = Decimal(text.strip())
    except InvalidOperation:
        exact = Decimal("NaN")
    if not (exact.is_finite() and 0 <= exact < _LARGEST):
        advice = number_advice(text.strip())
        raise ValueError(f'{name} "{text[:100]}" is not a number from 0 to 99999999.{advice}')
    return int(exact) if exact == int(exact) else float(exact)


def found_parts(keys: Collection[str]) -> dict[str, Found]:
    """Return products by their SKUs' keys: one query, if any."""
    if not keys:
        return {}
    found = Product.objects.filter(sku_key__any_of=keys).order_by()
    rows = found.values_list("sku_key", "pk", "sku", "type_id")
    return {key: Found(pk, sku, type_id) for key, pk, sku, type_id in rows}


def attributes_wanted(
    sku: str, parts: Parts, there: Values, found: Mapping[str, Found]
) -> dict[str, Any]:
    """Return the attributes of a group or a bundle that change by a row's parts.

    `there` are those that it has, `found` all products that are named. Raises ValueError for what
    the catalogue refuses, in its words.
    """
    if parts.type_id == Product.Type.GROUPED:
        links = _links_wanted(sku, parts, there.get(LINKS), found)
        return {} if links == there.get(LINKS) else {LINKS: links}
    stored = there.get(BUNDLE_OPTIONS)
    try:
        options = _options_wanted(sku, parts, stored, found)
    except VariantRefused as error:
        raise ValueError(f"bundle_values: {error}") from None
    return {} if options == stored else {BUNDLE_OPTIONS: options}


def _links_wanted(
    sku: str, parts: Parts, there: Any, found: Mapping[str, Found]
) -> list[dict[str, Any]]:
    links = [dict(each) for each in there] if isinstance(there, list) else []
    own = [each for each in links if each.get("link_type") == ASSOCIATED]
    for member in parts.members:
        link = next((each for each in own if _linked_key(each) == member.key), None)
        if link is None:
            part = found[member.key]
            link = {
                "sku": sku,
                "link_type": ASSOCIATED,
                "linked_product_sku": part.sku,
                "linked_product_type": part.type_id,
                "position": max((each.get("position") or 0 for each in own), default=-1) + 1,
            }
            links.append(link)
            own.append(link)
        extension: Values = link.get("extension_attributes") or {}
        if "qty" in member.values and (extension.get("qty") or 0) != member.values["qty"]:
            link["extension_attributes"] = {**extension, **member.values}
    return links


def _options_wanted(
    sku: str, parts: Parts, there: Any, found: Mapping[str, Found]
) -> dict[str, dict[str, Any]]:
    options: list[dict[str, Any]] = [
        {**option, "product_links": [dict(link) for link in option["product_links"]]}
        for option in (there.values() if isinstance(there, Mapping) else ())
    ]
    for member in parts.members:
        option = _option(options, member)
        links = option["product_links"]
        link = next((each for each in links if sku_key(each["sku"]) == member.key), None)
        if link is None:
            position = max((each["position"] or 0 for each in links), default=-1) + 1
            link = {"sku": found[member.key].sku, "position": position}
            links.append(link)
        option.update(member.option or {})
        link.update(member.values)
    return {str(each["option_id"]): each for each in finished_options(sku, options)}


def _option(options: list[dict[str, Any]], member: Member) -> dict[str, Any]:
    """Return the option that a choice belongs to: of two of its name, the one that has it."""
    named = [each for each in options if each["title"] == member.title]
    having = [
        each
        for each in named
        if any(sku_key(link["sku"]) == member.key for link in each["product_links"])
    ]
    for option in [*having, *named]:
        return option
    added: dict[str, Any] = {
        "option_id": max((each["option_id"] for each in options), default=0) + 1,
        "title": member.title,
        "position": max((each["position"] or 0 for each in options), default=-1) + 1,
        "product_links": [],
    }
    options.append(added)
    return added


def _linked_key(link: Values) -> str:
    return sku_key(str(link.get("linked_product_sku") or ""))


def part_cells(product: Product) -> tuple[str, str]:
    """Return the cells of `COLUMNS`; an option that nothing can be chosen for is left out."""
    match product.type_id:
        case Product.Type.GROUPED:
            return join_list(_members(product)), ""
        case Product.Type.BUNDLE:
            parts = [join_list(pairs) for pairs in _choices(product)]
            return "", join_list(parts, "|") if parts else ""
    return "", ""


def _members(product: Product) -> Iterable[str]:
    links = associated_links(product)
    for link in sorted(links, key=lambda each: each.get("position") or 0):
        units = (link.get("extension_attributes") or {}).get("qty")
        yield f"{link.get('linked_product_sku')}={_plain(units)}"


def _choices(product: Product) -> Iterable[list[str]]:
    for option in bundle_options(product):
        for link in option["product_links"]:
            yield [
                f"name={option['title']}",
                f"type={option['type']}",
                f"required={int(option['required'])}",
                f"sku={link['sku']}",
                f"price={_plain(link['price'])}",
                f"default={int(link['is_default'])}",
                f"default_qty={_plain(link['qty'])}",
                f"price_type={'percent' if link['price_type'] else 'fixed'}",
                f"can_change_qty={int(bool(link['can_change_quantity']))}",
            ]


def _plain(value: Any) -> str:
    return plain(Decimal(str(value or 0)))
