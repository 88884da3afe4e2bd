"""Every route under /rest. Each module of this room lists its own in `routes`."""

from orderflow_bridge.restapi import (
    bulk,
    inventory,
    orderflow,
    products,
    source_items,
    stores,
    tokens,
)
from orderflow_bridge.restapi.routing import Route

ROUTES: list[Route] = [
    *tokens.routes,
    *orderflow.routes,
    *products.routes,
    *stores.routes,
    *inventory.routes,
    *source_items.routes,
    *bulk.routes,
]
