"""OrderFlow's HTTP API (docs/contract/orderflow-http.md): one method per call, one typed reply."""

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from orderflow_bridge.client.answers import ImportReport, check_answer, check_stream, parse_report
from orderflow_bridge.client.breaker import BreakerMemory, BreakerPolicy, ProcessMemory
from orderflow_bridge.client.calls import (
    Around,
    Call,
    Credentials,
    EndpointClosedError,
    OrderFlowError,
    Reply,
    StatusError,
    TransportError,
    with_nothing,
)
from orderflow_bridge.client.documents import (
    OrderDocument,
    ProductDocument,
    ProductOperation,
    ReturnDocument,
    orders_document,
    products_document,
    returns_document,
)
from orderflow_bridge.client.network import Network
from orderflow_bridge.client.stock import StockReader, WarehouseQuantity
from orderflow_bridge.client.transport import Timeouts, Transport


class OrderFlowClient:
    """One OrderFlow instance over kept-alive connections. Use it with `with`; threads may share it.

    Every method raises a subclass of OrderFlowError when OrderFlow did not do what it was asked.
    A connection that cannot be made is tried `connect_retries` more times, because nothing was
    sent; whatever may have been sent is not repeated here: that is for the caller to decide.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        timeouts: Timeouts | None = None,
        pool_size: int = 8,
        connect_retries: int = 1,
        breaker: BreakerPolicy | None = None,
        memory: BreakerMemory | None = None,
        network: Network | None = None,
        around: Around = with_nothing,
    ) -> None:
        """Each call is made inside `around`, which adds headers to it.

        Raises ValueError, with a sentence, for CA certificates or a proxy that are none.
        """
        self.credentials = credentials
        self._breaker = breaker or BreakerPolicy()
        self._memory = memory or ProcessMemory()
        self._timeouts = timeouts or Timeouts()
        self._transport = Transport(
            credentials,
            self._timeouts,
            pool_size=pool_size,
            connect_retries=connect_retries,
            network=network or Network.chosen(credentials.base),
            around=around,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._transport.close()

    # --- notifications ----------------------------------------------------------------------------
    def notify_order_created(self, *, entity_id: int, increment_id: str) -> Reply:
        """Say that an order can be fetched."""
        return self._post(
            "remoteorder/order/update.xml",
            ("thirdPartyReference", str(entity_id)),
            ("event", "order.created"),
            ("action", "created"),
            ("externalReference", increment_id),
        )

    def notify_product_modified(self, sku: str) -> Reply:
        """Say that a product is new or has changed; OrderFlow takes both the same way."""
        return self._notify_product(sku, "modified")

    def notify_product_created(self, sku: str) -> Reply:
        """Say that a product is new."""
        return self._notify_product(sku, "created")

    def cancel_order(self, increment_id: str) -> Reply:
        """Ask OrderFlow to cancel an order."""
        return self._post("remoteorder/order/cancel.xml", ("externalReference", increment_id))

    # --- questions --------------------------------------------------------------------------------
    def order_detail(self, increment_id: str) -> Reply:
        """Ask what OrderFlow knows of an order."""
        return self._post("remoteorder/order/detail.xml", ("externalReference", increment_id))

    def retrieve_stock(
        self, take: Callable[[WarehouseQuantity], None], *, seconds: float | None = None
    ) -> Reply:
        """Ask for all stock figures; `take` gets one after the other while the answer arrives.

        They count only if this returns: an answer that breaks off raises as any other. The call is
        over after `seconds`, or within the usual time. The reply holds the answer's beginning.
        """
        call = self._call("GET", "remotewarehouse/inventory.xml")

        def exchange() -> Reply:
            reader = StockReader(take)
            reply = self._transport.stream(call, reader.feed, seconds or self._timeouts.total)
            reader.finish()
            return check_stream(reply, reader)

        return self._through_breaker(call, exchange)

    # --- documents --------------------------------------------------------------------------------
    def send_products(
        self, products: Iterable[ProductDocument], operation: ProductOperation
    ) -> tuple[Reply, ImportReport]:
        """Import, merge or update products."""
        return self._import("remotewarehouse", products_document(products, operation))

    def send_orders(self, orders: Iterable[OrderDocument]) -> tuple[Reply, ImportReport]:
        """Import orders."""
        return self._import("remoteorder", orders_document(orders))

    def send_returns(self, returns: Iterable[ReturnDocument]) -> tuple[Reply, ImportReport]:
        """Import returns."""
        return self._import("remotewarehouse", returns_document(returns))

    # --- the wire ---------------------------------------------------------------------------------
    def _notify_product(self, sku: str, action: str) -> Reply:
        return self._post(
            "remotewarehouse/product/update.xml",
            ("thirdPartyReference", sku),
            ("event", f"product.{action}"),
            ("action", action),
        )

    def _import(self, service: str, body: bytes) -> tuple[Reply, ImportReport]:
        reply = self._send(self._call("POST", f"{service}/imports/importitems.xml", body=body))
        return reply, parse_report(reply.root)

    def _post(self, path: str, *parameters: tuple[str, str]) -> Reply:
        return self._send(self._call("POST", path, *parameters))

    def _call(
        self, method: str, path: str, *parameters: tuple[str, str], body: bytes = b""
    ) -> Call:
        """Describe a call: channel, organisation, then its own parameters in order."""
        query = urlencode(
            [
                ("channel", self.credentials.channel),
                ("organisation", self.credentials.organisation),
                *parameters,
            ]
        )
        return Call(method, f"{self.credentials.base}{path}?{query}", body)

    def _send(self, call: Call) -> Reply:
        """Make a call through the breaker and check its answer."""
        return self._through_breaker(call, lambda: check_answer(self._transport.exchange(call)))

    def _through_breaker(self, call: Call, exchange: Callable[[], Reply]) -> Reply:
        self._ask_breaker(call)
        try:
            reply = exchange()
        except OrderFlowError as error:
            self._report_to_breaker(is_failure=_blames_endpoint(error))
            raise
        self._report_to_breaker(is_failure=False)
        return reply

    def _ask_breaker(self, call: Call) -> None:
        """Raise EndpointClosedError while the breaker is open and no trial call is due."""
        endpoint, now = self.credentials.base, time.time()
        state = self._memory.read(endpoint)
        if state.opened_at is None:
            return
        state = self._memory.change(endpoint, lambda found: self._breaker.on_call(found, now))
        if not self._breaker.may_call(state, now):
            raise EndpointClosedError(
                f"OrderFlow at {endpoint} failed {state.failures} times in a row and is left alone;"
                f" it is tried again every {self._breaker.cooloff:g} seconds.",
                call=call,
            )

    def _report_to_breaker(self, *, is_failure: bool) -> None:
        endpoint, now = self.credentials.base, time.time()
        if is_failure or self._memory.read(endpoint).failures:
            self._memory.change(
                endpoint, lambda found: self._breaker.after_call(found, now, is_failure=is_failure)
            )


def _blames_endpoint(error: OrderFlowError) -> bool:
    """Say whether a failure speaks against the endpoint, and not only against this one call."""
    if isinstance(error, TransportError):
        return True
    return (
        isinstance(error, StatusError)
        and error.reply is not None
        and (error.reply.status >= 500 or error.reply.status in {401, 403, 429})
    )
