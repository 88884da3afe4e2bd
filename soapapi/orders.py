"""Reading orders: salesOrderRepositoryV1 (docs/contract/documents.md)."""

from typing import Any

from spyne import MethodContext

from exports.fetches import fetch_order
from orderflow_bridge.access.rights import ORDERS_VIEW
from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.order_records import ORDER
from orderflow_bridge.documents.orders import ORDER_COLUMNS, order_list
from orderflow_bridge.documents.records import Document
from orderflow_bridge.documents.search import SEARCH_CRITERIA, find_page, results_of
from orderflow_bridge.sales.models import Order
from soapapi.calls import Call, MagentoService, operation
from soapapi.inputs import message_number
from soapapi.types import RequiredInteger
from soapapi.wire_types import wire_type

SERVICE = "salesOrderRepositoryV1"

_RESULTS = results_of(ORDER, "SalesDataOrderSearchResultInterface")


class OrderService(MagentoService):
    """Answers OrderFlow's fetches of orders, and anybody's who may read them."""

    __service_name__ = f"{SERVICE}Service"
    __port_types__ = (f"{SERVICE}PortType",)

    @operation(SERVICE, RequiredInteger, right=ORDERS_VIEW, returns=ORDER)
    def salesOrderRepositoryV1Get(ctx: MethodContext, id: str) -> Document:
        call: Call = ctx.udc
        order_id = int(message_number("id", id))
        return fetch_order(order_id, caller=call.caller, body=call.body).document

    @operation(
        SERVICE,
        wire_type(SEARCH_CRITERIA).customize(min_occurs=1, nillable=False),
        right=ORDERS_VIEW,
        returns=_RESULTS,
    )
    def salesOrderRepositoryV1GetList(
        ctx: MethodContext, searchCriteria: dict[str, Any]
    ) -> Document:
        call: Call = ctx.udc
        page = find_page(
            Order.objects.all(),
            SearchCriteria.parse(searchCriteria),
            ORDER_COLUMNS,
            most_rows=call.limits.max_items,
        )
        return _RESULTS.of(page.answer(order_list(page.rows)))
