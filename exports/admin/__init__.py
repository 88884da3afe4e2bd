"""The admin pages of exports, and what exports add to those of products and orders."""

from exports.admin.catalogue import CatalogueExportAdmin
from exports.admin.endpoints import EndpointStateAdmin
from exports.admin.histories import OrderExportAdmin, ProductExportAdmin
from exports.admin.lines import ExportLineAdmin
from exports.admin.orders import DeletedOrderAdmin, ExportedOrderAdmin
from exports.admin.products import ExportedProductAdmin
from exports.admin.requests import ExportRequestAdmin
from exports.admin.waiting import WaitingOrderAdmin, WaitingProductAdmin

__all__ = (
    "CatalogueExportAdmin",
    "DeletedOrderAdmin",
    "EndpointStateAdmin",
    "ExportLineAdmin",
    "ExportRequestAdmin",
    "ExportedOrderAdmin",
    "ExportedProductAdmin",
    "OrderExportAdmin",
    "ProductExportAdmin",
    "WaitingOrderAdmin",
    "WaitingProductAdmin",
)
