"""The stories, page by page."""

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.sales.models import Order
from orderflow_bridge.timeline import orders, products
from orderflow_bridge.timeline.steps import Cursor, Story, Subject, story_of


def order_subject(increment_id: str) -> Subject:
    """Return whom an order's story is about; the order may be gone, or never have existed."""
    order = Order.objects.filter(increment_id=increment_id).select_related("website").first()
    if order is None:
        return Subject(increment_id)
    return Subject(increment_id, order.pk, (orders.placed(order),))


def product_subject(sku: str) -> Subject:
    """Return whom a SKU's story is about; there may be no such product."""
    columns = ("sku", "created_at", "updated_at", "orderflow_export_status", "type_id")
    product = Product.objects.filter(sku_key=sku).only(*columns).first()
    if product is None:
        return Subject(sku)
    return Subject(product.sku, product.pk, products.known(product))


def order_story(subject: Subject, before: Cursor | None = None) -> Story:
    """Return the newest steps of an order's story, or those before a cursor."""
    return story_of(subject, orders.SOURCES, before)


def product_story(subject: Subject, before: Cursor | None = None) -> Story:
    """Return the newest steps of a SKU's story, or those before a cursor."""
    return story_of(subject, products.SOURCES, before)
