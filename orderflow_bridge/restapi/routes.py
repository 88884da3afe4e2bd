"""Every route under /rest. Each module of this room lists its own in `routes`."""

from orderflow_bridge.restapi import orderflow, products, stores, tokens
from orderflow_bridge.restapi.routing import Route

ROUTES: list[Route] = [
    *tokens.routes,
    *orderflow.routes,
    *products.routes,
    *stores.routes,
]
