"""Finding products, and where they stand with OrderFlow."""

from django.db.models import (
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Left

from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.common.skus import spellings
from orderflow_bridge.configuration.selectors import product_export
from orderflow_bridge.stores.models import Website

MOST_SPELLINGS = 10
# The worst first: what needs attention must not hide behind what is well.
WORST_FIRST = (
    ExportStatus.FAILED,
    ExportStatus.PENDING,
    ExportStatus.QUEUED,
    ExportStatus.EXPORTED,
    ExportStatus.CANCELLED,
)


def product_by_sku(sku: str) -> Product:
    """Return the product with this SKU. Raises NoSuchEntity."""
    # PostgreSQL cannot even be asked for a text with a NUL in it.
    found = Product.objects.filter(sku_key=sku)
    product: Product | None = None if "\0" in sku else found.first()
    if product is None:
        raise NoSuchEntity.product()
    return product


def lock_product(product: Product) -> Product:
    """Return a product as it is now, locked until the caller's transaction ends."""
    locked: Product = Product.objects.select_for_update(no_key=True).get(pk=product.pk)
    return locked


def not_for_warehouse() -> Q:
    """Return, for a query over products, the condition of those that OrderFlow never gets.

    It takes simple products only, and only those that some website sells.
    """
    sold = Q(Exists(ProductWebsite.objects.filter(product=OuterRef("pk"))))
    return ~Q(type_id=Product.Type.SIMPLE) | ~sold


def is_not_for_warehouse(product: Product) -> bool:
    """Tell whether OrderFlow never gets a product; `websites` may be prefetched."""
    return product.type_id != Product.Type.SIMPLE or not product.websites.all()


def sku_beginnings(text: str) -> set[str]:
    """Return how SKUs that begin with this text write it: the catalogue's, capitals, as it is."""
    products = Product.objects.filter(sku_key__startswith=text).order_by()
    written = products.annotate(beginning=Left("sku", len(text))).values_list("beginning")
    return spellings(text) | {beginning for (beginning,) in written.distinct()[:MOST_SPELLINGS]}


def exporting_websites() -> list[Website]:
    """Return the websites whose product export is switched on, in Magento's order."""
    return [each for each in Website.objects.all() if product_export(each).is_enabled]


def worst_status() -> Subquery:
    """Return, for a query over products, the worst status among their exporting websites."""
    rank = Case(
        *(When(orderflow_export_status=each, then=Value(n)) for n, each in enumerate(WORST_FIRST)),
        default=Value(len(WORST_FIRST)),
        output_field=IntegerField(),
    )
    rows = _exporting_rows().annotate(rank=rank).order_by("rank")
    return Subquery(rows.values("orderflow_export_status")[:1])


def newest_date() -> Subquery:
    """Return, for a query over products, when OrderFlow last fetched them for any website."""
    rows = ProductWebsite.objects.filter(
        product=OuterRef("pk"), orderflow_export_date__isnull=False
    ).order_by("-orderflow_export_date")
    return Subquery(rows.values("orderflow_export_date")[:1])


def _exporting_rows() -> QuerySet[ProductWebsite]:
    rows = ProductWebsite.objects.filter(product=OuterRef("pk"))
    return rows.filter(website__in=[website.pk for website in exporting_websites()])
