"""A shop whose websites export to a fake OrderFlow."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.utils import timezone

from exports.models import ExportLine
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.configuration.sections import Api, Email, OrderExport, ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from tests.factories import make_order, make_product, make_store, make_website
from tests.fakes import FakeOrderFlow

ACCOUNT = {"username": "magento", "password": "s3cret", "organisation": "acme"}


def make_shop(
    orderflow: FakeOrderFlow,
    *,
    channel: str = "magento",
    api: dict[str, Any] | None = None,
    products: dict[str, Any] | None = None,
    orders: dict[str, Any] | None = None,
) -> Website:
    """Make a website that exports products, and orders in processing, to this OrderFlow."""
    website = make_website()
    account = {**ACCOUNT, "endpoint": orderflow.endpoint, "channel": channel, **(api or {})}
    write_settings(Api, account, website=website)
    write_settings(ProductExport, products or {}, website=website)
    write_settings(
        OrderExport, {"exportable_status": ("processing",), **(orders or {})}, website=website
    )
    write_settings(Email, {"admin_email": "ops@example.com"}, website=website)
    return website


def make_due_products(website: Website, count: int, **values: Any) -> list[Product]:
    """Make simple products on a website, due in the order of their making."""
    start = timezone.now() - timedelta(hours=1)
    made = []
    for number in range(count):
        product = make_product(**values)
        product.websites.add(website)
        ProductWebsite.objects.filter(product=product, website=website).update(
            orderflow_due_at=start + timedelta(seconds=number)
        )
        made.append(product)
    return made


def make_due_orders(website: Website, count: int, **values: Any) -> list[Order]:
    """Make orders in processing on a website."""
    store = website.stores.first() or make_store(website)
    return [make_order(store=store, **values) for _ in range(count)]


def row(product: Product, website: Website) -> ProductWebsite:
    """Return where a product stands with a website's OrderFlow."""
    return ProductWebsite.objects.get(product=product, website=website)


def told(orderflow: FakeOrderFlow) -> list[str]:
    """Return the references OrderFlow has heard of, in the order of their arrival."""
    queries = [parse_qs(urlsplit(heard.path).query) for heard in orderflow.heard]
    return [
        query.get("externalReference", query.get("thirdPartyReference", [""]))[0]
        for query in queries
    ]


def make_due(entity: Product | Order) -> None:
    """Let time pass until it is this product's or order's turn again."""
    rows = (
        ProductWebsite.objects.filter(product=entity)
        if isinstance(entity, Product)
        else Order.objects.filter(pk=entity.pk)
    )
    rows.filter(orderflow_due_at__isnull=False).update(orderflow_due_at=timezone.now())


def lines() -> list[tuple[str, str, str]]:
    """Return reference, result and text of every line there is."""
    return [
        (line.reference, line.get_result_display(), line.reason)
        for line in ExportLine.objects.order_by("id")
    ]
