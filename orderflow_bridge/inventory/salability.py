"""What a stock can sell of many products at once: a fixed number of queries (docs/stock.md)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.inventory.models import Source, SourceItem, Stock
from orderflow_bridge.inventory.selectors import (
    AS_CONFIGURED,
    Availability,
    availabilities,
    counted_products,
    reserved_units,
)


@dataclass(frozen=True)
class Salability:
    """What a stock has of a product: units that nobody was promised (None: nowhere in stock).

    `is_counted` is False for what never runs out; `is_sold` for an enabled product.
    """

    sku: str
    units: Decimal | None
    rules: Availability
    is_counted: bool
    is_sold: bool

    @property
    def quantity(self) -> Decimal:
        """How many units can be sold; 0 rather than less."""
        return Decimal(0) if self.units is None else self.rules.units_of(self.units)

    def can_sell(self, wanted: Decimal | None = None) -> bool:
        """Tell whether so many units can be sold; without a number, whether anything can."""
        if not self.is_sold or not self.is_counted:
            return self.is_sold
        if self.units is None:
            return False
        if wanted is None:
            return self.units > self.rules.limit
        return self.units - wanted >= self.rules.limit


def salabilities(products: Sequence[Product], stock: Stock) -> list[Salability]:
    """Return what a stock has of these products, in their order: four queries, however many."""
    ids = [product.pk for product in products]
    on_hand = _units_on_hand(ids, stock)
    promised = reserved_units(ids, stock)
    rules, counted = availabilities(ids), counted_products(ids)
    return [
        Salability(
            product.sku,
            on_hand[product.pk] + promised.get(product.pk, Decimal(0))
            if product.pk in on_hand
            else None,
            rules.get(product.pk, AS_CONFIGURED),
            product.pk in counted,
            product.status == Product.Status.ENABLED,
        )
        for product in products
    ]


def salabilities_of(skus: Sequence[str], stock: Stock) -> list[Salability]:
    """Return the same for SKUs, in their order. Raises NoSuchEntity for one that is not there."""
    keys = [sku_key(sku) for sku in skus]
    found = {each.sku_key: each for each in Product.objects.filter(sku_key__any_of=keys)}
    if not found.keys() >= set(keys):
        raise NoSuchEntity.product()
    return salabilities([found[key] for key in keys], stock)


@dataclass(frozen=True)
class SourceShare:
    """Units of a SKU that a source would send, of those it has."""

    source_code: str
    sku: str
    units: Decimal
    available: Decimal


def select_sources(
    wanted: Sequence[tuple[str, Decimal]], stock: Stock
) -> tuple[list[SourceShare], bool]:
    """Return which source of a stock sends what, by priority; and whether that is all of it.

    Only enabled sources that have the product in stock. Nothing is written or promised.
    """
    sources = sources_by_priority(stock)
    keys = {sku_key(sku) for sku, _ in wanted}
    items = SourceItem.objects.filter(
        product__sku_key__any_of=list(keys),
        source__in=[source.pk for source in sources if source.enabled],
        status=SourceItem.Status.IN_STOCK,
        quantity__gt=0,
    )
    left = {
        (key, code): quantity
        for key, code, quantity in items.values_list("product__sku_key", "source_id", "quantity")
    }
    shares, is_whole = [], True
    for sku, quantity in wanted:
        open_units = quantity
        for source in sources:
            available = left.get((sku_key(sku), source.pk), Decimal(0))
            units = min(open_units, available)
            if available > 0:
                shares.append(SourceShare(source.pk, sku, units, available))
                left[sku_key(sku), source.pk] = available - units
                open_units -= units
        is_whole = is_whole and open_units <= 0
    return shares, is_whole


def sources_by_priority(stock: Stock) -> list[Source]:
    """Return the sources that a stock draws from, in the order it does."""
    links = stock.source_links.select_related("source").order_by("priority", "pk")
    return [link.source for link in links]


def _units_on_hand(product_ids: Collection[int], stock: Stock) -> Mapping[int, Decimal]:
    """Return what lies at a stock's enabled sources and is marked in stock, by product id."""
    rows = (
        SourceItem.objects.filter(
            product__in=product_ids,
            status=SourceItem.Status.IN_STOCK,
            source__enabled=True,
            source__stocks=stock,
        )
        .order_by()
        .values("product_id")
        .annotate(total=Sum("quantity"))
    )
    return {row["product_id"]: row["total"] for row in rows}
