"""The addresses under /rest: /rest/V1/…, /rest/<store>/V1/…, /rest/all/V1/…

Each module of this room lists its own in `routes`.
"""

from itertools import chain

from orderflow_bridge.restapi import (
    carts,
    inventory,
    invoices,
    orderflow,
    orders,
    problems,
    products,
    shipments,
    stock,
    stores,
    tokens,
)
from orderflow_bridge.restapi.bulk import views as bulk
from orderflow_bridge.restapi.routing import Route

_MODULES = (
    *(tokens, orderflow, problems, products, orders, shipments, invoices, carts),
    *(stores, inventory, stock, bulk),
)
ROUTES: list[Route] = list(chain.from_iterable(module.routes for module in _MODULES))
