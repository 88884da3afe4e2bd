"""How much there is, and how much of it is spoken for (docs/stock.md)."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Exists, OuterRef, Sum
from django.http import HttpRequest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.inventory.availability import AS_CONFIGURED
from orderflow_bridge.inventory.models import (
    DEFAULT_SOURCE,
    Reservation,
    Source,
    SourceItem,
    Stock,
    StockSourceLink,
)
from orderflow_bridge.inventory.stock_settings import availabilities, managed

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
        product.pk
        for product in carriers.only("pk", "type_id", "custom_attributes")
        if managed(product.custom_attributes) is not False
        and (product.type_id == Product.Type.SIMPLE or product.is_counted)
    }


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
