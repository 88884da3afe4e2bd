"""OrderFlow says that it has a product or an order, without fetching it."""

from django.utils import timezone

from exports.fetches import links_of_product, order_seen, product_seen
from exports.marking import Seen, record_seen
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.selectors import find_order


def mark_exported_by_reference(
    entity: Entity, reference: str, *, body: bytes, received_by: str, store_code: str | None = None
) -> str:
    """Mark a product (by SKU) or an order (by number) Exported; return the time of receipt.

    The time is UTC, `YYYY-MM-DDTHH:MM:SS`. The request is processed at once: it is as cheap as to
    store it. An unknown reference is recorded as a failure, and answered like any other.
    """
    is_order = entity == Entity.ORDER
    seen = _order(reference) if is_order else _product(reference, store_code)
    receipt = timezone.now().strftime("%Y-%m-%dT%H:%M:%S")
    record_seen(seen, body=body, response=receipt.encode(), received_by=received_by)
    return receipt


def _order(reference: str) -> Seen:
    order = find_order(reference.strip(), Order.objects.select_related("store__website"))
    if order is None:
        return Seen(Entity.ORDER, reference, failure=f"Order #{reference} does not exist.")
    return order_seen(order)


def _product(reference: str, store_code: str | None) -> Seen:
    links = list(links_of_product(reference))
    product = links[0].product if links else Product.objects.filter(sku_key=reference).first()
    if product is None:
        return Seen(Entity.PRODUCT, reference, failure=f"Product {reference} does not exist.")
    return product_seen(product.sku, links, store_code=store_code)
