"""How much there is, and how much of it is spoken for (wire.md §8, MSI)."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import DecimalField, Exists, OuterRef, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.inventory.models import (
    DEFAULT_SOURCE,
    Reservation,
    Source,
    SourceItem,
    Stock,
    StockSourceLink,
)

CARRIERS = (Product.Type.SIMPLE, Product.Type.VIRTUAL, Product.Type.DOWNLOADABLE)
_OFF = ("0", "False", "false")
_NONE = Value(Decimal(0), output_field=DecimalField(max_digits=12, decimal_places=4))


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


def salable_quantity(product: Product, stock: Stock) -> Decimal:
    """Return how many units of a product a stock can still sell; 0 rather than less.

    What lies at its enabled sources and is marked in stock, less what has been promised.
    """
    on_hand = SourceItem.objects.filter(
        product=product,
        status=SourceItem.Status.IN_STOCK,
        source__enabled=True,
        source__stocks=stock,
    ).aggregate(total=Coalesce(Sum("quantity"), _NONE))["total"]
    promised = reserved_units([product.pk], stock).get(product.pk, Decimal(0))
    return max(on_hand + promised, Decimal(0))


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
        if str(product.custom_attributes.get("manage_stock", 1)) not in _OFF
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
