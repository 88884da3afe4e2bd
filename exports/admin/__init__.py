"""The admin pages of exports, and what exports add to those of products and orders."""

from exports.admin.catalogue import CatalogueExportAdmin
from exports.admin.endpoints import EndpointStateAdmin
from exports.admin.histories import ExportLineAdmin, OrderExportAdmin, ProductExportAdmin
from exports.admin.live import followed_orders, followed_products
from exports.admin.mappings import MappingPageAdmin
from exports.admin.orders import ORDER_PARTS, DeletedOrderAdmin
from exports.admin.products import PRODUCT_PARTS
from exports.admin.requests import ExportRequestAdmin
from exports.admin.waiting import WaitingOrderAdmin, WaitingProductAdmin
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.console.live import follow
from orderflow_bridge.console.page_parts import add_parts
from orderflow_bridge.orderflow_screens.links import SHIPMENT_PARTS
from orderflow_bridge.sales.models import Order, Shipment

__all__ = (
    "CatalogueExportAdmin",
    "DeletedOrderAdmin",
    "EndpointStateAdmin",
    "ExportLineAdmin",
    "ExportRequestAdmin",
    "MappingPageAdmin",
    "OrderExportAdmin",
    "ProductExportAdmin",
    "WaitingOrderAdmin",
    "WaitingProductAdmin",
)

add_parts(Product, PRODUCT_PARTS)
add_parts(Order, ORDER_PARTS)
add_parts(Shipment, SHIPMENT_PARTS)
follow("catalog.product", followed_products)
follow("sales.order", followed_orders)
