"""The stories, page by page."""

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.sales.models import Order
from orderflow_bridge.timeline import orders, products
from orderflow_bridge.timeline.sources import Subject, story_of
from orderflow_bridge.timeline.steps import Cursor, Story


def order_subject(increment_id: str) -> Subject:
    """Return whom an order's story is about; the order may be gone, or never have existed."""
    found = Order.objects.filter(increment_id=increment_id).values_list("pk", flat=True)
    return Subject(increment_id, found.first() or 0)


def product_subject(sku: str) -> Subject:
    """Return whom a SKU's story is about; there may be no such product."""
    found = Product.objects.filter(sku=sku).values_list("pk", flat=True)
    return Subject(sku, found.first() or 0)


def order_story(subject: Subject, before: Cursor | None = None) -> Story:
    """Return the newest steps of an order's story, or those before a cursor."""
    return story_of(subject, orders.SOURCES, before)


def product_story(subject: Subject, before: Cursor | None = None) -> Story:
    """Return the newest steps of a SKU's story, or those before a cursor."""
    return story_of(subject, products.SOURCES, before)
