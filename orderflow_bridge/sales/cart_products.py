"""What goes into a cart for a product that somebody names: one row, a row with parts, several rows.

It is only read here. The texts of refusals are Magento's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from orderflow_bridge.catalog.bundles import bundle_options, has_own
from orderflow_bridge.catalog.groups import members_of
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.common.numbers import cents
from orderflow_bridge.common.skus import LONGEST_SKU, sku_key

NOT_AVAILABLE = "Product that you are trying to add is not available."
CHOOSE = "You need to choose options for your item."
_CARRIERS = (Product.Type.SIMPLE, Product.Type.VIRTUAL, Product.Type.DOWNLOADABLE)
_NO_OPTIONS = "Please specify product option(s)."
_REQUIRED = "Please select all required options."
_NOT_THERE = "The options you selected are not available."
_NO_UNITS = "Please specify the quantity of product(s)."
_NOTHING = Decimal(0)
_SMALLEST = Decimal("0.0001")
_PERCENT = 1


@dataclass(frozen=True)
class BundlePick:
    """What was chosen for one option of a bundle: links by id, and units if these may be chosen."""

    option_id: int
    selections: Sequence[int] = ()
    qty: Decimal | None = None


@dataclass(frozen=True)
class Picks:
    """What somebody chose of a product that is made of others.

    `variant` are the values that choose a configurable product's variant, `bundle` what is chosen
    for a bundle's options, `group` the units of a group's products by product id. None is nothing
    said.
    """

    variant: Sequence[str] = ()
    bundle: Sequence[BundlePick] | None = None
    group: Mapping[int, Decimal] | None = None


@dataclass(frozen=True)
class Part:
    """A variant, or a part of a bundle: so many units make one of the row's, at a price each."""

    product: Product
    qty: Decimal = Decimal(1)
    price: Decimal = _NOTHING


@dataclass(frozen=True)
class Choice:
    """One row of a cart: its product, units and price, what it is made of, what was chosen.

    `options` is what was chosen of a bundle, as Magento's `product_option` has it.
    """

    carrier: Product
    qty: Decimal
    sku: str
    price: Decimal
    product_type: str
    parts: Sequence[Part] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def find_choices(sku: str, qty: Decimal, picks: Picks, *, website_id: int) -> list[Choice]:
    """Find what units of a product that a website sells become, by its SKU: several for a group.

    The values for a configurable product must belong to one variant alone. Raises NoSuchEntity for
    an unknown SKU, and OrderRefused.
    """
    product = Product.objects.filter(sku_key=sku).first()
    if product is None:
        raise NoSuchEntity.product()
    _check_available([product], website_id)
    match product.type_id:
        case Product.Type.CONFIGURABLE:
            return [_configured(product, qty, picks.variant, website_id)]
        case Product.Type.BUNDLE:
            return [_bundled(product, qty, picks.bundle, website_id)]
        case Product.Type.GROUPED:
            return _grouped(product, qty, picks.group, website_id)
    if product.type_id not in _CARRIERS:
        raise OrderRefused(f'A product of type "{product.type_id}" cannot be put into a cart.')
    price = product.price or _NOTHING
    return [Choice(product, qty, product.sku, price, product.type_id)]


def _check_available(products: Iterable[Product], website_id: int) -> None:
    """Raise OrderRefused for what is disabled, or not sold on the website."""
    products = list(products)
    ids = [each.pk for each in products if each.status == Product.Status.ENABLED]
    sold = Product.objects.filter(pk__in=ids, websites=website_id).count()
    if sold < len({each.pk for each in products}):
        raise OrderRefused(NOT_AVAILABLE)


def _configured(product: Product, qty: Decimal, values: Sequence[str], website_id: int) -> Choice:
    """Return a variant: two rows, both with its SKU, of which the parent's carries the price."""
    variants: QuerySet[Product] = Product.objects.filter(
        parent_relations__parent=product, status=Product.Status.ENABLED
    )
    chosen = [variant for variant in variants if values and _has(variant, values)]
    if len(chosen) != 1:
        raise OrderRefused(CHOOSE)
    [variant] = chosen
    _check_available([variant], website_id)
    price = variant.price or product.price or _NOTHING
    return Choice(product, qty, variant.sku, price, product.type_id, [Part(variant)])


def _has(variant: Product, wanted: Sequence[str]) -> bool:
    values = {str(value) for value in variant.custom_attributes.values()}
    return set(wanted) <= values


def _grouped(
    product: Product, qty: Decimal, wanted: Mapping[int, Decimal] | None, website_id: int
) -> list[Choice]:
    """Return a row for each product of a group: the units that are wanted, else those it suggests.

    Where nothing is wanted in particular, the group's own units multiply what it suggests.
    """
    found = []
    for member, suggested in members_of(product):
        units = (wanted or {}).get(member.pk)
        if units is None:
            if not suggested:
                raise OrderRefused(_NO_UNITS)
            units = suggested if wanted else (suggested * qty).quantize(_SMALLEST)
        if units > 0:
            found.append((member, units))
    if not found:
        raise OrderRefused(_NO_UNITS)
    _check_available([member for member, _ in found], website_id)
    return [
        Choice(member, units, member.sku, member.price or _NOTHING, Product.Type.GROUPED)
        for member, units in found
    ]


def _bundled(
    product: Product, qty: Decimal, picks: Sequence[BundlePick] | None, website_id: int
) -> Choice:
    """Return a bundle with what was chosen; without a word, what there is no choice about."""
    options = bundle_options(product)
    if picks is None:
        picks = _without_choice(options)
    by_option: dict[int, BundlePick] = {pick.option_id: pick for pick in picks if pick.selections}
    for option in options:
        if option["required"] and option["option_id"] not in by_option:
            raise OrderRefused(_REQUIRED)
    chosen: list[tuple[Mapping[str, Any], Decimal]] = []
    for option in options:
        pick = by_option.pop(option["option_id"], None)
        for selection in pick.selections if pick else ():
            chosen.append(_selected(option, selection, pick))
    if by_option:
        raise OrderRefused(_NOT_THERE)
    if not chosen:
        raise OrderRefused(_NO_OPTIONS)
    parts = _parts(product, chosen, website_id)
    return Choice(
        product,
        qty,
        _sku_of(product, parts),
        _price_of(product, chosen, parts),
        product.type_id,
        parts,
        {"bundle_options": _told(chosen)},
    )


def _without_choice(options: Sequence[Mapping[str, Any]]) -> list[BundlePick]:
    for option in options:
        if not option["required"] or len(option["product_links"]) != 1:
            raise OrderRefused(_NO_OPTIONS)
    return [
        BundlePick(option["option_id"], [int(option["product_links"][0]["id"])])
        for option in options
    ]


def _selected(
    option: Mapping[str, Any], selection: int, pick: BundlePick | None
) -> tuple[Mapping[str, Any], Decimal]:
    """Return a link of an option and its units: the caller's, if the link leaves them to him."""
    for link in option["product_links"]:
        if link["id"] == str(selection):
            own = Decimal(str(link["qty"])).quantize(_SMALLEST)
            given = pick.qty if pick and link["can_change_quantity"] else None
            return link, given if given and given > 0 else own
    raise OrderRefused(_NOT_THERE)


def _parts(
    product: Product, chosen: Sequence[tuple[Mapping[str, Any], Decimal]], website_id: int
) -> list[Part]:
    keys = [sku_key(link["sku"]) for link, _ in chosen]
    children = {each.sku_key: each for each in Product.objects.filter(sku_key__any_of=keys)}
    if not children.keys() >= set(keys):
        raise OrderRefused(_NOT_THERE)
    _check_available(children.values(), website_id)
    is_dynamic = not has_own(product, "price_type")
    return [
        Part(child, qty, (child.price or _NOTHING) if is_dynamic else _NOTHING)
        for key, (_, qty) in zip(keys, chosen, strict=True)
        for child in [children[key]]
    ]


def _sku_of(product: Product, parts: Sequence[Part]) -> str:
    """Return the row's SKU: of a dynamic one the parts' follow, where there is room for them."""
    if has_own(product, "sku_type"):
        return product.sku
    whole = "-".join([product.sku, *(part.product.sku for part in parts)])
    return whole if len(whole) <= LONGEST_SKU else product.sku


def _price_of(
    product: Product,
    chosen: Sequence[tuple[Mapping[str, Any], Decimal]],
    parts: Sequence[Part],
) -> Decimal:
    if not has_own(product, "price_type"):
        return cents(sum((part.price * part.qty for part in parts), _NOTHING))
    own = product.price or _NOTHING
    extra = _NOTHING
    for link, qty in chosen:
        price = Decimal(str(link["price"]))
        extra += (own * price / 100 if link["price_type"] == _PERCENT else price) * qty
    return cents(own + extra)


def _told(chosen: Sequence[tuple[Mapping[str, Any], Decimal]]) -> list[dict[str, Any]]:
    """Return what was chosen, option by option, as Magento tells it."""
    told: dict[int, dict[str, Any]] = {}
    for link, qty in chosen:
        units = int(qty) if qty == int(qty) else float(qty)
        option_id = int(link["option_id"])
        entry = told.setdefault(
            option_id, {"option_id": option_id, "option_qty": units, "option_selections": []}
        )
        entry["option_selections"].append(int(link["id"]))
    return list(told.values())
