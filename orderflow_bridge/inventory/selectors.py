"""How much there is, and how much of it is spoken for (docs/stock.md)."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Sum
from django.http import HttpRequest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.inventory.models import (
    DEFAULT_SOURCE,
    Reservation,
    Source,
    SourceItem,
    Stock,
    StockSettings,
    StockSourceLink,
)

_NOTHING = Decimal(0)
# Below every quantity that a column can hold: orders are taken without a limit.
WITHOUT_LIMIT = Decimal(-1_000_000_000)


class Availability(NamedTuple):
    """What is set for a product; Magento's defaults sell until nothing is left.

    `backorders` are Magento's: 0 none, 1 allowed, 2 allowed and the customer is told. `min_qty` is
    the quantity at which the product is out of stock; below zero it limits backorders.
    """

    min_qty: Decimal = _NOTHING
    backorders: int = 0

    @property
    def limit(self) -> Decimal:
        """The quantity that has to stay: what is above it can be sold."""
        if not self.backorders:
            return max(self.min_qty, _NOTHING)
        return self.min_qty if self.min_qty < 0 else WITHOUT_LIMIT

    @property
    def floor(self) -> Decimal:
        """The quantity at which a source has run out, 0 or less.

        `min_qty` above zero is no matter of a single source: it is kept of all of them together.
        """
        return min(self.limit, _NOTHING)

    def units_of(self, quantity: Decimal) -> Decimal:
        """Return how many units there are to be sold, 0 rather than less; as Magento counts them.

        Backorders without a limit add none, although more can be ordered.
        """
        kept = max(self.min_qty, _NOTHING) if self.limit == WITHOUT_LIMIT else self.limit
        return max(quantity - kept, _NOTHING)


AS_CONFIGURED = Availability()


MANAGE_STOCK = "manage_stock"
_OFF = ("0", "False", "false", "No", "no")
CARRIERS = (Product.Type.SIMPLE, Product.Type.VIRTUAL, Product.Type.DOWNLOADABLE)


def stock_of_website(website_id: int) -> Stock | None:
    """Return the stock a website sells from; without one of its own, the first stock there is."""
    return Stock.objects.filter(websites=website_id).first() or Stock.objects.first()


def reserved_units(product_ids: Collection[int], stock: Stock) -> dict[int, Decimal]:
    """Return the open reservations of a stock by product id; negative while units are promised."""
    totals = (
        Reservation.objects.filter(product__in=product_ids, stock=stock)
        .order_by()
        .values("product_id")
        .annotate(total=Sum("quantity"))
    )
    return {row["product_id"]: row["total"] for row in totals}


def unpromised_units(product: Product, stock: Stock) -> Decimal | None:
    """Return what of a product lies at a stock and is promised to nobody; below zero if more is.

    What lies at its enabled sources and is marked in stock; None if none of them is.
    """
    on_hand = SourceItem.objects.filter(
        product=product,
        status=SourceItem.Status.IN_STOCK,
        source__enabled=True,
        source__stocks=stock,
    ).aggregate(total=Sum("quantity"))["total"]
    if on_hand is None:
        return None
    promised: Decimal = reserved_units([product.pk], stock).get(product.pk, Decimal(0))
    return Decimal(on_hand) + promised


def salable_quantity(product: Product, stock: Stock) -> Decimal:
    """Return how many units of a product a stock can still sell; 0 rather than less."""
    units = unpromised_units(product, stock)
    rules = availabilities([product.pk]).get(product.pk, AS_CONFIGURED)
    return Decimal(0) if units is None else rules.units_of(units)


def counted_products(product_ids: Collection[int]) -> set[int]:
    """Return those of the products that stock is kept of, and that can therefore run out.

    Only the types that carry stock, unless the attribute `manage_stock` is off. What is not sent in
    a parcel is sold without limit until somebody has given it a quantity.
    """
    carriers = Product.objects.filter(pk__in=product_ids, type_id__in=CARRIERS).annotate(
        is_counted=Exists(SourceItem.objects.filter(product=OuterRef("pk")))
    )
    return {
        pk
        for pk, type_id, attributes, is_counted in carriers.values_list(
            "pk", "type_id", "custom_attributes", "is_counted"
        )
        if managed(attributes) is not False and (type_id == Product.Type.SIMPLE or is_counted)
    }


def managed(attributes: Mapping[str, Any]) -> bool | None:
    """Return whether a product's own attribute says that stock is kept; None if it says nothing."""
    value = attributes.get(MANAGE_STOCK)
    return None if value in (None, "") else str(value) not in _OFF


def availabilities(product_ids: Collection[int]) -> dict[int, Availability]:
    """Return how far products may be sold, those that differ from the configuration: one query."""
    rows = StockSettings.objects.filter(product__in=product_ids).values_list(
        "product_id", "min_qty", "backorders"
    )
    return {
        product_id: Availability(min_qty or Decimal(0), backorders or 0)
        for product_id, min_qty, backorders in rows
    }


def floors(product_ids: Collection[int]) -> dict[int, Decimal]:
    """Return at which quantity a source of these products has run out, where it is not 0."""
    return {pk: each.floor for pk, each in availabilities(product_ids).items() if each.floor}


def existing_sources(source_codes: Collection[str]) -> set[str]:
    """Return those of the codes that name a source."""
    return set(Source.objects.filter(pk__in=source_codes).values_list("pk", flat=True))


def stocks_of_websites(website_ids: Collection[int]) -> dict[int, int]:
    """Return the id of the stock each website sells from, as `stock_of_website`; two queries."""
    first = Stock.objects.order_by("pk").values_list("pk", flat=True).first()
    stocks = dict.fromkeys(website_ids, first) if first else {}
    links = Stock.websites.through.objects.filter(website__in=website_ids).order_by("-stock_id")
    stocks.update(links.values_list("website_id", "stock_id"))
    return stocks


def sole_sources(stock_ids: Collection[int]) -> dict[int, str]:
    """Return, by stock id, the source an unnamed despatch leaves from: the only one, or default."""
    codes: dict[int, list[str]] = {stock_id: [] for stock_id in stock_ids}
    links = StockSourceLink.objects.filter(stock__in=stock_ids)
    for stock_id, source_code in links.values_list("stock_id", "source_id"):
        codes[stock_id].append(source_code)
    return {
        stock_id: found[0] if len(found) == 1 else DEFAULT_SOURCE
        for stock_id, found in codes.items()
    }


def source_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the sources as choices of a list's filter."""
    return list(Source.objects.order_by("source_code").values_list("pk", "source_code"))
