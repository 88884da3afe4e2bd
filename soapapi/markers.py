"""OrderFlow's word that it has a product or an order, without a fetch."""

from spyne import MethodContext

from exports.markers import mark_exported_by_reference
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.common.choices import Entity
from soapapi.addresses import store_code
from soapapi.calls import Call, MagentoService, operation
from soapapi.types import RequiredText

PRODUCT_SERVICE = "realtimeDespatchOrderFlowProductRequestManagementV1"
ORDER_SERVICE = "realtimeDespatchOrderFlowOrderRequestManagementV1"


class ProductMarkerService(MagentoService):
    """Marks products as exported."""

    __service_name__ = f"{PRODUCT_SERVICE}Service"
    __port_types__ = (f"{PRODUCT_SERVICE}PortType",)

    @operation(PRODUCT_SERVICE, RequiredText, right=ORDERFLOW_IMPORT, returns=RequiredText)
    def realtimeDespatchOrderFlowProductRequestManagementV1Export(
        ctx: MethodContext, reference: str
    ) -> str:
        return _mark(Entity.PRODUCT, reference, ctx.udc)


class OrderMarkerService(MagentoService):
    """Marks orders as exported."""

    __service_name__ = f"{ORDER_SERVICE}Service"
    __port_types__ = (f"{ORDER_SERVICE}PortType",)

    @operation(ORDER_SERVICE, RequiredText, right=ORDERFLOW_IMPORT, returns=RequiredText)
    def realtimeDespatchOrderFlowOrderRequestManagementV1Export(
        ctx: MethodContext, reference: str
    ) -> str:
        return _mark(Entity.ORDER, reference, ctx.udc)


def _mark(entity: Entity, reference: str, call: Call) -> str:
    return mark_exported_by_reference(
        entity,
        reference,
        body=call.body,
        received_by=call.caller.username,
        store_code=store_code(call.http),
    )
