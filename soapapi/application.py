"""The Spyne applications: Magento 2's services, and Magento 1's two dialects."""

from collections.abc import Mapping, Sequence
from typing import Any

import spyne.const
from spyne import Application, MethodContext
from spyne.error import ResourceNotFoundError
from spyne.model.fault import Fault
from spyne.server import ServerBase

from orderflow_bridge.common.exceptions import BridgeError
from soapapi import catalog, inventory, markers, orders, shipments, stores, tokens
from soapapi.calls import Call, admit
from soapapi.compat import quieten
from soapapi.legacy import LegacyService
from soapapi.legacy_types import NAMESPACE
from soapapi.protocol import BridgeSoap
from soapapi.refusals import Refusal, internal_error, not_present
from soapapi.types import TNS
from soapapi.wsi import SUFFIX as WSI_SUFFIX
from soapapi.wsi import WsiService

quieten(spyne.const)

# Every Magento 2 service there is, under the name that `?services=` gives it.
SERVICES: Mapping[str, Any] = {
    tokens.SERVICE: tokens.TokenService,
    inventory.SERVICE: inventory.InventoryService,
    shipments.SERVICE: shipments.ShipmentService,
    markers.PRODUCT_SERVICE: markers.ProductMarkerService,
    markers.ORDER_SERVICE: markers.OrderMarkerService,
    catalog.SERVICE: catalog.ProductService,
    orders.SERVICE: orders.OrderService,
    stores.STORE_SERVICE: stores.StoreService,
    stores.WEBSITE_SERVICE: stores.WebsiteService,
}


class BridgeApplication(Application):
    """An application that logs unexpected errors under a report id, which the caller gets too."""

    def call_wrapper(self, ctx: MethodContext) -> Any:
        """Run an operation. Raises Refusal for whatever goes wrong in it."""
        try:
            return super().call_wrapper(ctx)
        except Refusal:
            raise
        except BridgeError as error:
            raise Refusal(str(error)) from error
        except Exception as error:
            raise internal_error(error) from error


class Server(ServerBase):
    """Answers calls that are read already; HTTP stays with the views."""

    transport = "http://schemas.xmlsoap.org/soap/http"

    def answer(self, call: Call, services: Sequence[str] | None = None) -> bytes:
        """Return the reply to a call.

        `services` are those the address names, None for all. Raises Refusal if the call is not
        accepted.
        """
        ctx = MethodContext(self, MethodContext.SERVER)
        ctx.udc = call
        try:
            self.generate_contexts(ctx)
            _raise(ctx.in_error, call)
            if services is not None and ctx.descriptor.udd["guard"].service not in services:
                raise not_present(call.envelope.operation)
            return self._perform(ctx, call)
        finally:
            ctx.close()
            # A context refers to itself; the message in it must not wait for the collector.
            ctx.udc = ctx.in_document = ctx.in_body_doc = ctx.in_object = None

    def _perform(self, ctx: MethodContext, call: Call) -> bytes:
        """Return the reply of an operation that has been found."""
        guard = ctx.descriptor.udd["guard"]
        try:
            call.look_over()
            admit(call, guard)
            self.get_in_object(ctx)
            _raise(ctx.in_error, call)
            self.get_out_object(ctx)
            _raise(ctx.out_error, call)
        except Refusal as refusal:
            refusal.service = guard.service
            raise
        self.get_out_string(ctx)
        return b"".join(ctx.out_string)


def _raise(error: Fault | None, call: Call) -> None:
    """Raise what Spyne has caught, in our own words."""
    if error is None:
        return
    if isinstance(error, ResourceNotFoundError):
        raise not_present(call.envelope.operation) from None
    if isinstance(error, Refusal):
        raise error
    raise internal_error(error)


def application(
    services: Sequence[Any], namespace: str, name: str, *, is_encoded: bool = False
) -> Application:
    """Return an application of services; `is_encoded` says that replies name their types."""
    return BridgeApplication(
        services,
        namespace,
        name=name,
        in_protocol=BridgeSoap(),
        out_protocol=BridgeSoap(is_encoded=is_encoded),
    )


MAGENTO = Server(application(list(SERVICES.values()), TNS, "MagentoWSDL"))
LEGACY = Server(application([LegacyService], NAMESPACE, "Magento", is_encoded=True))
WSI = Server(application([WsiService], NAMESPACE, "Magento"))


def answer_legacy(call: Call) -> bytes:
    """Return the reply to a call of Magento 1, in the dialect of the call. Raises Refusal."""
    is_wsi = call.envelope.operation.endswith(WSI_SUFFIX)
    return (WSI if is_wsi else LEGACY).answer(call)
