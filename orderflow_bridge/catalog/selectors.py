"""Finding products, and where they stand with OrderFlow."""

from collections.abc import Collection

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

from orderflow_bridge.catalog.changes import Known, Surroundings
from orderflow_bridge.catalog.columns import WRITABLE
from orderflow_bridge.catalog.models import Category, Product, ProductCategory, ProductWebsite
from orderflow_bridge.catalog.store_values import values_of
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.common.skus import sku_key, spellings
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


_COLUMNS = (*WRITABLE, "custom_attributes")


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


def read_known(skus: Collection[str], *, lock: bool, with_views: bool = False) -> dict[str, Known]:
    """Return the products with these SKUs as they are, by the SKUs' keys: three queries.

    With the values of store views it is four.
    """
    memberships = ProductWebsite.objects.filter(product__sku_key__any_of=skus).order_by("pk")
    products = Product.objects.filter(sku_key__any_of=skus).order_by("pk")
    if lock:
        memberships = memberships.select_for_update(of=("self",), no_key=True)
        products = products.select_for_update(no_key=True)
    websites: dict[int, set[int]] = {}
    for product_id, website_id in memberships.values_list("product_id", "website_id"):
        websites.setdefault(product_id, set()).add(website_id)
    rows = list(products.values("id", "sku", *_COLUMNS))
    positions: dict[int, dict[int, int]] = {}
    ids = [row["id"] for row in rows]
    values = values_of(ids) if with_views else {}
    links = ProductCategory.objects.filter(product_id__any_of=ids)
    for product_id, category_id, position in links.values_list(
        "product_id", "category_id", "position"
    ):
        positions.setdefault(product_id, {})[category_id] = position
    return {
        sku_key(row["sku"]): Known(
            row["id"],
            row,
            frozenset(websites.get(row["id"], ())),
            positions.get(row["id"], {}),
            values.get(row["id"], {}),
        )
        for row in rows
    }


def read_surroundings(website_ids: Collection[int], category_ids: Collection[int]) -> Surroundings:
    """Return which of these websites and categories there are: at most two queries."""
    websites = Website.objects.filter(pk__in=website_ids) if website_ids else ()
    categories = Category.objects.filter(pk__in=category_ids) if category_ids else ()
    return Surroundings(
        frozenset(website.pk for website in websites),
        frozenset(category.pk for category in categories),
    )


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
