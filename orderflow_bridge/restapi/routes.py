"""Every route under /rest. Each module of this room lists its own in `routes`."""

from orderflow_bridge.restapi import (
    cart_items,
    carts,
    inventory,
    invoices,
    order_actions,
    orderflow,
    orders,
    product_media,
    products,
    shipments,
    source_items,
    stock_items,
    stores,
    tokens,
)
from orderflow_bridge.restapi.bulk import views
from orderflow_bridge.restapi.routing import Route

ROUTES: list[Route] = [
    *tokens.routes,
    *orderflow.routes,
    *product_media.routes,
    *products.routes,
    *orders.routes,
    *order_actions.routes,
    *shipments.routes,
    *invoices.routes,
    *carts.routes,
    *cart_items.routes,
    *stores.routes,
    *inventory.routes,
    *source_items.routes,
    *stock_items.routes,
    *views.routes,
]
