"""The Spyne applications: Magento 2's services and Magento 1's two dialects, with the protocol that
accepts what OrderFlow sends and answers in the caller's terms.

Operations are found by local name and the caller's namespace is echoed: a strict match would break
behind every proxy (docs/contract/soap.md). Arrays become lists of texts, which is some twenty times
cheaper than objects (docs/decisions/spyne.md); what the texts are worth is judged at import, line
by line.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import spyne.const
from lxml import etree
from spyne import Application, MethodContext
from spyne.error import ResourceNotFoundError
from spyne.model.complex import Array, ComplexModelBase
from spyne.model.fault import Fault
from spyne.protocol.soap import Soap11
from spyne.protocol.xml import XmlDocument
from spyne.server import ServerBase

from orderflow_bridge.common.error_codes import error_code
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.documents.records import Kind
from soapapi import magento_services, orderflow_services
from soapapi.calls import Call, admit, service_address
from soapapi.compat import quieten
from soapapi.documents import read_members, written
from soapapi.elements import Layout, Texts, is_nil, rows_of, text_of
from soapapi.envelope import success
from soapapi.magento1 import NAMESPACE, WSI_SUFFIX, EncodedService, WsiService
from soapapi.operations import TNS, record_of
from soapapi.refusals import (
    Refusal,
    beyond_limit,
    internal_error,
    invalid_input,
    missing,
    not_present,
)
from soapapi.unread import SESSION, refuse_hollow, refuse_unread, split_tag

quieten(spyne.const)


# Every Magento 2 service there is, under the name that `?services=` gives it.
SERVICES: Mapping[str, Any] = {
    magento_services.LOGIN_SERVICE: magento_services.TokenService,
    orderflow_services.INVENTORY: orderflow_services.InventoryService,
    orderflow_services.SHIPMENT: orderflow_services.ShipmentService,
    orderflow_services.PRODUCT_MARKER: orderflow_services.ProductMarkerService,
    orderflow_services.ORDER_MARKER: orderflow_services.OrderMarkerService,
    magento_services.PRODUCT_SERVICE: magento_services.ProductService,
    magento_services.ORDER_SERVICE: magento_services.OrderService,
    magento_services.STORE_SERVICE: magento_services.StoreService,
    magento_services.WEBSITE_SERVICE: magento_services.WebsiteService,
}


def perform(call: Call, services: Sequence[str] | None = None) -> bytes:
    """Return the reply to a call, of Magento 2 or in either dialect of Magento 1.

    `services` are those the address names, None for all. Raises Refusal if the call is not
    accepted.
    """
    if not call.is_legacy:
        return MAGENTO.perform(call, services)
    is_wsi = call.envelope.operation.endswith(WSI_SUFFIX)
    return (WSI if is_wsi else LEGACY).perform(call)


class Server(ServerBase):
    """Answers calls that are read already; HTTP stays with endpoint.py."""

    transport = "http://schemas.xmlsoap.org/soap/http"

    def perform(self, call: Call, services: Sequence[str] | None = None) -> bytes:
        """Return the reply to a call; see `perform` above."""
        ctx = MethodContext(self, MethodContext.SERVER)
        ctx.udc = call
        try:
            self.generate_contexts(ctx)
            if ctx.in_error is not None:
                raise _refusal(ctx.in_error, call)
            if services is not None and ctx.descriptor.udd["guard"].service not in services:
                raise not_present(call.envelope.operation)
            return self._reply(ctx, call)
        finally:
            ctx.close()
            # A context refers to itself; the message in it must not wait for the collector.
            ctx.udc = ctx.in_document = ctx.in_body_doc = ctx.in_object = None

    def _reply(self, ctx: MethodContext, call: Call) -> bytes:
        """Return the reply of an operation that has been found."""
        guard = ctx.descriptor.udd["guard"]
        try:
            call.look_over()
            admit(call, guard)
            self.get_in_object(ctx)
            if ctx.in_error is not None:
                raise _refusal(ctx.in_error, call)
            self.get_out_object(ctx)
            if ctx.out_error is not None:
                raise _refusal(ctx.out_error, call)
        except Refusal as refusal:
            refusal.service = guard.service
            raise
        self.get_out_string(ctx)
        return b"".join(ctx.out_string)


class BridgeApplication(Application):
    """An application that logs unexpected errors under a report id, which the caller gets too."""

    def call_wrapper(self, ctx: MethodContext) -> Any:
        """Run an operation. Raises Refusal for whatever goes wrong in it."""
        try:
            return super().call_wrapper(ctx)
        except Refusal:
            raise
        except BridgeError as error:
            raise Refusal(str(error), error_code=error_code(error)) from error
        except Exception as error:
            raise internal_error(error) from error


class BridgeSoap(Soap11):
    """Reads arguments from an opened envelope and writes the reply around a result.

    `ctx.udc` is the Call. Simple arguments arrive as texts, arrays as lists of tuples of texts in
    the declared order of fields, other structures as mappings, and what is absent, empty or nil as
    None (an empty array: []). `is_encoded` says that replies name their types.
    """

    def __init__(self, *, is_encoded: bool = False) -> None:
        super().__init__(parse_xsi_type=False)
        self.is_encoded = is_encoded

    def create_in_document(self, ctx: MethodContext, charset: str | None = None) -> None:
        """Take the tree that reading.py has made."""
        ctx.in_document = ctx.udc.envelope.element

    def decompose_incoming_envelope(
        self, ctx: MethodContext, message: Any = XmlDocument.REQUEST
    ) -> None:
        """Name the operation; Spyne adds the application's own namespace to a bare name."""
        ctx.in_body_doc = ctx.in_document
        ctx.method_request_string = ctx.udc.envelope.operation

    def generate_method_contexts(self, ctx: MethodContext) -> list[MethodContext]:
        """Give the context its method; Spyne makes a copy for each of several, and ours are one.

        Raises ResourceNotFoundError if there is no such operation.
        """
        methods = self.get_call_handles(ctx)
        if not methods:
            raise ResourceNotFoundError(ctx.method_request_string)
        (ctx.descriptor,) = methods
        return [ctx]

    def deserialize(self, ctx: MethodContext, message: Any) -> None:
        """Set the arguments, in their declared order. Unknown elements are passed over.

        Raises Refusal for an argument given twice, for arguments that Magento 2 requires and that
        did not come, and for what would be lost: misspelt arguments, and lines under a name that is
        not known. Magento 1's operations look themselves whether all is there.
        """
        types = ctx.descriptor.in_message._type_info
        values: dict[str, Any] = {}
        unread = []
        for element in ctx.in_body_doc:
            _, name = split_tag(element)
            if name in types:
                if name in values:
                    raise invalid_input(name, "is given twice.")
                values[name] = self._argument(ctx, types[name], name, element)
            elif name != SESSION:
                unread.append(element)
        ctx.in_object = [values.get(name) for name in types]
        lacking = [] if ctx.udc.is_legacy else _lacking(types, ctx.in_object)
        if lacking:
            raise missing(lacking)
        lists, fields = _lists(ctx.descriptor.in_message)
        is_complete = all(values.get(name) for name in lists)
        if unread or not is_complete:
            refuse_unread(
                ctx.in_body_doc, unread, known=types, fields=fields, is_complete=is_complete
            )

    def _argument(self, ctx: MethodContext, cls: Any, name: str, element: etree._Element) -> Any:
        call: Call = ctx.udc
        element = call.references.followed(element)
        has_text = bool((element.text or "").strip())
        if not len(element) and not has_text and element.attrib:
            refuse_hollow(name, element)
        if not issubclass(cls, ComplexModelBase):
            if len(element):
                raise invalid_input(name, "must be a plain text; it holds elements.")
            return text_of(element)
        if is_nil(element):
            if len(element) or has_text:
                held = "elements" if len(element) else "a text"
                raise invalid_input(name, f"is nil, yet it holds {held}.")
            return None
        if issubclass(cls, Array):
            return self._rows(call, cls, name, element)
        return read_members(element, record_of(cls))

    def _rows(self, call: Call, cls: Any, name: str, element: etree._Element) -> list[Texts]:
        """Return an array's items as texts. Raises Refusal for more items than are allowed."""
        if len(element) > call.limits.max_items:
            raise beyond_limit("its items are more than", call.limits.max_items)
        layout = _layout(cls, name, takes_any_name=call.is_legacy)
        return rows_of(element, layout, call.references, has_nils=call.has_nils)

    def serialize(self, ctx: MethodContext, message: Any) -> None:
        """Write the result's element, unqualified as Magento's is."""
        (name,) = ctx.descriptor.out_message._type_info
        shape = ctx.descriptor.udd.get("shape") or Kind.ANY
        ctx.out_document = written(name, shape, ctx.out_object[0])

    def create_out_string(self, ctx: MethodContext, charset: str | None = None) -> None:
        """Write the reply in the caller's version and namespace."""
        call: Call = ctx.udc
        message = ctx.descriptor.out_message
        text: str = ctx.out_document
        if self.is_encoded:
            ((name, cls),) = message._type_info.items()
            text = text.replace(name, f'{name} xsi:type="xsd:{cls.get_type_name()}"', 1)
        ctx.out_string = [
            success(
                text,
                element=message.get_type_name(),
                namespace=call.envelope.namespace or _own_namespace(ctx),
                version=call.envelope.version,
                encoded=self.is_encoded,
            )
        ]


def _refusal(error: Fault, call: Call) -> Refusal:
    """Return what Spyne has caught, in our own words."""
    if isinstance(error, ResourceNotFoundError):
        return not_present(call.envelope.operation)
    return error if isinstance(error, Refusal) else internal_error(error)


def _lacking(types: Mapping[str, Any], arguments: Sequence[Any]) -> list[str]:
    """Return the names of the required arguments that are not there."""
    return [
        name
        for (name, cls), value in zip(types.items(), arguments, strict=True)
        if value is None and cls.Attributes.min_occurs
    ]


@lru_cache(maxsize=64)
def _layout(array: Any, name: str, *, takes_any_name: bool) -> Layout:
    return Layout(name, _fields(array), takes_any_name)


@lru_cache(maxsize=64)
def _lists(message: Any) -> tuple[Sequence[str], frozenset[str]]:
    """Return the names of the lists among a message's arguments, and the fields of their items."""
    lists = {name: cls for name, cls in message._type_info.items() if issubclass(cls, Array)}
    return tuple(lists), frozenset(field for cls in lists.values() for field in _fields(cls))


def _fields(array: Any) -> tuple[str, ...]:
    """Return the fields of an array's items."""
    ((_, item),) = array._type_info.items()
    return tuple(item._type_info)


def _own_namespace(ctx: MethodContext) -> str:
    """Return Magento's namespace for the operation, for a caller who named none."""
    if ctx.udc.is_legacy:
        return NAMESPACE
    return service_address(ctx.udc.http, [ctx.descriptor.udd["guard"].service])


def _server(services: Sequence[Any], namespace: str, name: str, **reply: bool) -> Server:
    """Return a server of services; `is_encoded` says that replies name their types."""
    application = BridgeApplication(
        services,
        namespace,
        name=name,
        in_protocol=BridgeSoap(),
        out_protocol=BridgeSoap(**reply),
    )
    return Server(application)


MAGENTO = _server(list(SERVICES.values()), TNS, "MagentoWSDL")
LEGACY = _server([EncodedService], NAMESPACE, "Magento", is_encoded=True)
WSI = _server([WsiService], NAMESPACE, "Magento")
