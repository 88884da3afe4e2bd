"""Where stock lies, who sells from it and how much: sources, stocks and links (docs/stock.md)."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import (
    ActionNotAvailable,
    InputRefused,
    ItemError,
    NoSuchEntity,
    empty,
)
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, Source, Stock, StockSourceLink
from orderflow_bridge.inventory.selectors import (
    AS_CONFIGURED,
    CARRIERS,
    availabilities,
    counted_products,
    existing_sources,
    salable_quantity,
    stock_of_website,
    unpromised_units,
)
from orderflow_bridge.stores.models import Website

# What Magento keeps of a source and the bridge only hands back.
FURTHER_TEXTS = (
    "contact_name", "email", "description", "region", "city", "street", "phone", "fax",
    "frontend_name", "frontend_description",
)  # fmt: skip
FURTHER_NUMBERS = ("latitude", "longitude", "region_id")
_CODE = re.compile(r"[\w.-]+", re.ASCII)
_LONGEST = {"source_code": 64, "name": 255, "country_id": 2, "postcode": 32}
_MOST_PRIORITY = 32_767


class Link(NamedTuple):
    """A stock draws from a source; lower priority numbers first."""

    stock_id: int
    source_code: str
    priority: int = 1


def find_source(source_code: str) -> Source:
    """Return a source; raises NoSuchEntity."""
    source = Source.objects.filter(pk=source_code).first()
    if source is None:
        raise NoSuchEntity('Source with code "%value" does not exist.', {"value": source_code})
    return source


@transaction.atomic
def save_source(source_code: str, values: Mapping[str, Any]) -> Source:
    """Make or change a source; `values` are by Magento's names, absent ones stay as they are.

    Raises InputRefused, also for an attempt to switch the default source off.
    """
    found = Source.objects.select_for_update().filter(pk=source_code).first()
    source = found or Source(source_code=source_code)
    for name in ("name", "enabled", "country_id", "postcode"):
        if name in values:
            setattr(source, name, values[name])
    further = (*FURTHER_TEXTS, *FURTHER_NUMBERS)
    source.extra = {**source.extra, **{name: values[name] for name in further if name in values}}
    item_errors = _source_errors(source, is_new=found is None, given=values)
    if item_errors:
        raise InputRefused(item_errors)
    source.save()
    return source


def find_stock(stock_id: int) -> Stock:
    """Return a stock; raises NoSuchEntity."""
    stock = Stock.objects.filter(pk=stock_id).first()
    if stock is None:
        raise NoSuchEntity('Stock with id "%value" does not exist.', {"value": stock_id})
    return stock


@transaction.atomic
def save_stock(
    stock_id: int | None, *, name: str | None, website_codes: Collection[str] | None = None
) -> Stock:
    """Make a stock, or change one; None leaves its name or its websites as they are.

    A website sells from one stock only: it leaves the one it had. Raises NoSuchEntity for an
    unknown stock, InputRefused for a name or website that cannot be.
    """
    stock = Stock() if stock_id is None else find_stock(stock_id)
    stock.name = stock.name if name is None else name.strip()
    websites = _websites(website_codes or ())
    item_errors = _stock_errors(stock)
    missing = sorted(set(website_codes or ()) - websites.keys())
    item_errors += [
        ItemError('The website with code "%code" does not exist.', {"code": code})
        for code in missing
    ]
    if item_errors:
        raise InputRefused(item_errors)
    stock.save()
    if website_codes is not None:
        sold = Stock.websites.through.objects.filter(website__in=[w.pk for w in websites.values()])
        sold.exclude(stock=stock).delete()
        stock.websites.set(websites.values())
    return stock


@transaction.atomic
def delete_stock(stock_id: int) -> None:
    """Delete a stock that nobody sells from. Raises NoSuchEntity, or ActionNotAvailable."""
    stock = find_stock(stock_id)
    if stock.pk == _default_stock_id():
        raise ActionNotAvailable("Default Stock could not be deleted.")
    if stock.websites.exists():
        raise ActionNotAvailable("Stock has at least one sale channel and could not be deleted.")
    if stock.reservations.exists():
        raise ActionNotAvailable("Stock has reservations and could not be deleted.")
    stock.delete()


@transaction.atomic
def save_links(links: Sequence[Link]) -> None:
    """Link sources to stocks, or change the priority of links. Raises InputRefused.

    The default stock draws from the default source and no other stock does, as in Magento; other
    arrangements are made in the admin (docs/stock.md).
    """
    stocks = set(Stock.objects.filter(pk__in={link.stock_id for link in links}).values_list("pk"))
    sources = existing_sources({link.source_code for link in links})
    default = _default_stock_id()
    item_errors = []
    for link in links:
        place = link.stock_id == default, link.source_code == DEFAULT_SOURCE
        if any(place) and not all(place):
            text = "Can not save link related to Default Source or Default Stock"
            item_errors.append(ItemError(text))
        elif (link.stock_id,) not in stocks:
            text = 'Stock with id "%value" does not exist.'
            item_errors.append(ItemError(text, {"value": link.stock_id}))
        elif link.source_code not in sources:
            text = 'Source with code "%value" does not exist.'
            item_errors.append(ItemError(text, {"value": link.source_code}))
        elif not 0 <= link.priority <= _MOST_PRIORITY:
            item_errors.append(ItemError('"%field" is out of range.', {"field": "priority"}))
    if item_errors:
        raise InputRefused(item_errors)
    StockSourceLink.objects.bulk_create(
        {
            (link.stock_id, link.source_code): StockSourceLink(
                stock_id=link.stock_id, source_id=link.source_code, priority=link.priority
            )
            for link in links
        }.values(),
        update_conflicts=True,
        unique_fields=["stock", "source"],
        update_fields=["priority"],
    )


@transaction.atomic
def delete_links(places: Collection[tuple[int, str]]) -> int:
    """Unlink sources from stocks, pairs of stock id and source code; return how many links.

    Raises ActionNotAvailable for the default stock and the default source.
    """
    default = _default_stock_id()
    if any(stock_id == default or code == DEFAULT_SOURCE for stock_id, code in places):
        raise ActionNotAvailable("Can not delete link related to Default Source or Default Stock")
    links = StockSourceLink.objects.filter(
        stock__in={stock_id for stock_id, _ in places}, source__in={code for _, code in places}
    )
    wanted = set(places)
    found = [link.pk for link in links if (link.stock_id, link.source_id) in wanted]
    return StockSourceLink.objects.filter(pk__in=found).delete()[0]


def salable_quantity_of(sku: str, stock_id: int) -> Decimal:
    """Return how many units of a SKU a stock can still sell.

    Raises NoSuchEntity for an unknown SKU or stock, ActionNotAvailable for a product that holds no
    stock.
    """
    product = _product(sku)
    stock = find_stock(stock_id)
    if product.type_id not in CARRIERS:
        raise ActionNotAvailable(
            "Can't check requested quantity for products without Source Items support."
        )
    return salable_quantity(product, stock)


def is_salable(sku: str, stock_id: int) -> bool:
    """Tell whether a stock can sell a SKU: an enabled product of which something may be sold.

    What stock is not kept of never runs out. Raises NoSuchEntity for an unknown SKU or stock.
    """
    product = _product(sku)
    stock = find_stock(stock_id)
    if product.status != Product.Status.ENABLED:
        return False
    if product.type_id in CARRIERS and counted_products([product.pk]):
        units = unpromised_units(product, stock)
        rules = availabilities([product.pk]).get(product.pk, AS_CONFIGURED)
        return units is not None and units > rules.limit
    return True


def resolve_stock(kind: str, code: str) -> Stock:
    """Return the stock a sales channel sells from. Raises NoSuchEntity: only websites are one."""
    website = Website.objects.filter(code=code).first() if kind == "website" else None
    stock = stock_of_website(website.pk) if website else None
    if stock is None:
        raise NoSuchEntity("No linked stock found")
    return stock


def _default_stock_id() -> int | None:
    """Return the id of the stock that every shop begins with: the first one."""
    return Stock.objects.order_by("pk").values_list("pk", flat=True).first()


def _source_errors(source: Source, *, is_new: bool, given: Collection[str] = ()) -> list[ItemError]:
    item_errors = []
    code = source.source_code
    if is_new and not code:
        item_errors.append(empty("source_code"))
    elif is_new and not _CODE.fullmatch(code):
        text = "The code may have letters, digits, dots, dashes and underscores only."
        item_errors.append(ItemError(text))
    if not str(source.name).strip():
        item_errors.append(empty("name"))
    for field in ("country_id", "postcode"):
        is_asked = is_new or (field in given and code != DEFAULT_SOURCE)
        if is_asked and not str(getattr(source, field)).strip():
            item_errors.append(empty(field))
    for field, longest in _LONGEST.items():
        if len(getattr(source, field)) > longest:
            text = '"%field" is longer than %longest characters.'
            item_errors.append(ItemError(text, {"field": field, "longest": longest}))
    if code == DEFAULT_SOURCE and not source.enabled:
        item_errors.append(ItemError("Default source can not be disabled."))
    return item_errors


def _stock_errors(stock: Stock) -> list[ItemError]:
    if not stock.name:
        return [empty("name")]
    if len(stock.name) > _LONGEST["name"]:
        text = '"%field" is longer than %longest characters.'
        return [ItemError(text, {"field": "name", "longest": _LONGEST["name"]})]
    if Stock.objects.filter(name=stock.name).exclude(pk=stock.pk).exists():
        return [ItemError('There is a stock with the name "%name" already.', {"name": stock.name})]
    return []


def _websites(codes: Collection[str]) -> dict[str, Website]:
    return {website.code: website for website in Website.objects.filter(code__in=codes)}


def _product(sku: str) -> Product:
    product: Product | None = Product.objects.filter(sku_key=sku).first()
    if product is None:
        raise NoSuchEntity.product()
    return product
