"""Sales as documents on the wire, the same for SOAP and REST (docs/contract/documents.md)."""

from orderflow_bridge.sales.api.orders import (
    ORDER_COLUMNS,
    order_fields,
    order_list,
    orders_with_parts,
)
from orderflow_bridge.sales.api.records import ORDER, SHIPMENT
from orderflow_bridge.sales.api.shipments import shipment_fields, shipment_list

__all__ = (
    "ORDER",
    "ORDER_COLUMNS",
    "SHIPMENT",
    "order_fields",
    "order_list",
    "orders_with_parts",
    "shipment_fields",
    "shipment_list",
)
