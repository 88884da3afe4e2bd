"""Stock messages: realtimeDespatchOrderFlowInventoryRequestManagementV1 (docs/contract/soap.md)."""

from spyne import MethodContext

from imports.inbox import accept_inventory
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from soapapi.calls import Call, MagentoService, operation
from soapapi.inputs import message_number
from soapapi.rows import Row
from soapapi.types import Quantities, RequiredInteger, RequiredText, Sequences

SERVICE = "realtimeDespatchOrderFlowInventoryRequestManagementV1"


class InventoryService(MagentoService):
    """Takes in quantities; the import applies them."""

    __service_name__ = f"{SERVICE}Service"
    __port_types__ = (f"{SERVICE}PortType",)

    @operation(
        SERVICE,
        Quantities.customize(min_occurs=1, nillable=False),
        Sequences.customize(min_occurs=1, nillable=False),
        RequiredInteger,
        right=ORDERFLOW_IMPORT,
        returns=RequiredText,
    )
    def realtimeDespatchOrderFlowInventoryRequestManagementV1Update(
        ctx: MethodContext,
        productQtys: list[Row],
        productSeqs: list[Row],
        messageSeqId: str,
    ) -> str:
        call: Call = ctx.udc
        return accept_inventory(
            message_id=message_number("messageSeqId", messageSeqId),
            quantities=productQtys,
            sequences=productSeqs,
            body=call.body,
            received_by=call.caller.username,
        )
