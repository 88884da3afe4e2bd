"""Who may make exports happen: one right for products, one for orders (exports.models)."""

from orderflow_bridge.common.choices import Entity

EXPORT_PRODUCTS = "exports.export_products"
EXPORT_ORDERS = "exports.export_orders"
RIGHT_TO_EXPORT = {Entity.PRODUCT: EXPORT_PRODUCTS, Entity.ORDER: EXPORT_ORDERS}
