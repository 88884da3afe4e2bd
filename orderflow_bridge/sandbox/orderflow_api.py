"""OrderFlow's side of the HTTP contract: judge a call, do it, word the answer."""

import secrets
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.sandbox.answers import Answer, document, exception, result, unauthorised
from orderflow_bridge.sandbox.import_documents import import_items
from orderflow_bridge.sandbox.records import Errand
from orderflow_bridge.sandbox.warehouse import NotPossible, Warehouse


@dataclass(frozen=True)
class Account:
    """The login, organisation and channel that a shop must name."""

    username: str
    password: str = field(repr=False)
    organisation: str
    channel: str


@dataclass(frozen=True)
class Call:
    """A call as it came: method, path below `/web/`, decoded parameters, headers and body."""

    method: str
    path: str
    parameters: Mapping[str, str]
    authorisation: str
    body: bytes


def refusal(call: Call, account: Account) -> Answer | None:
    """Return why a call is not let in, or None."""
    if not _knows(call.authorisation, account):
        return unauthorised()
    if call.parameters.get("organisation") != account.organisation:
        return exception("Your user has no access to this organisation.", 403)
    if call.parameters.get("channel") != account.channel:
        return exception("The organisation has no such channel.", 403)
    return None


def answer_call(call: Call, warehouse: Warehouse) -> Answer:
    """Do what an admitted call asks, and answer."""
    expected, operation = _OPERATIONS.get(call.path, ("", None))
    if operation is None:
        return exception(f"There is no resource {call.path}.", 404)
    if call.method != expected:
        return exception(f"{call.path} takes {expected} only.", 405)
    return operation(call, warehouse)


def _knows(header: str, account: Account) -> bool:
    scheme, _, encoded = header.partition(" ")
    try:
        given = b64decode(encoded, validate=True)
    except Error:
        return False
    wanted = f"{account.username}:{account.password}".encode()
    return scheme.lower() == "basic" and secrets.compare_digest(given, wanted)


def _order_updated(call: Call, warehouse: Warehouse) -> Answer:
    """With two references the first is the shop's id; alone, it is the order's number."""
    third, number = (call.parameters.get(name, "") for name in _REFERENCES)
    if not third:
        return exception("rtd.exceptions.MissingDataException: thirdPartyReference is missing")
    entity_id, reference = (third, number) if number else ("", third)
    warehouse.send_for(Errand("order", reference, entity_id))
    return result(f"Order {reference} queued")


def _product_updated(call: Call, warehouse: Warehouse) -> Answer:
    sku = call.parameters.get("thirdPartyReference", "")
    if not sku:
        return exception("rtd.exceptions.MissingDataException: thirdPartyReference is missing")
    warehouse.send_for(Errand("product", sku))
    return result(f"Product {sku} queued")


def _cancel(call: Call, warehouse: Warehouse) -> Answer:
    number = call.parameters.get("externalReference", "")
    try:
        is_cancelled = warehouse.cancel(number)
    except NotPossible as error:
        return exception(f"rtd.exceptions.MissingDataException: {error}")
    if not is_cancelled:
        state = warehouse.order_of(number).state.lower()
        return result(f"No cancel operation performed: order {number} is {state}")
    return result(f"Order {number} cancelled")


def _detail(call: Call, warehouse: Warehouse) -> Answer:
    number = call.parameters.get("externalReference", "")
    try:
        order = warehouse.order_of(number)
    except NotPossible as error:
        return exception(f"rtd.exceptions.MissingDataException: {error}")
    lines = "".join(
        f"<orderLine product={quoteattr(line.sku)} quantity={quoteattr(plain(line.ordered))}"
        f" despatched={quoteattr(plain(line.despatched))}/>"
        for line in order.lines
    )
    return document(
        f"<order externalReference={quoteattr(number)} state={quoteattr(order.state)}"
        f" received={quoteattr(order.received_at)}>"
        f"<recipient>{escape(order.recipient)}</recipient>{lines}</order>"
    )


def _inventory(call: Call, warehouse: Warehouse) -> Answer:
    """Tell what is on the shelf and what open orders claim of it."""
    demands = warehouse.demands()
    rows = "".join(
        f"<inventory externalReference={quoteattr(sku)} site={quoteattr('Default')}"
        f" total={quoteattr(plain(record.on_hand))}"
        f" allocated={quoteattr(plain(demands.get(sku, record.on_hand * 0)))}"
        ' isAvailable="true" isFrozen="false"/>'
        for sku, record in warehouse.stock.items()
    )
    return document(f"<inventories>{rows}</inventories>")


def _import(call: Call, warehouse: Warehouse) -> Answer:
    return import_items(call.body, warehouse)


_REFERENCES = ("thirdPartyReference", "externalReference")
_OPERATIONS: dict[str, tuple[str, Callable[[Call, Warehouse], Answer]]] = {
    "remoteorder/order/update.xml": ("POST", _order_updated),
    "remotewarehouse/product/update.xml": ("POST", _product_updated),
    "remoteorder/order/cancel.xml": ("POST", _cancel),
    "remoteorder/order/detail.xml": ("POST", _detail),
    "remotewarehouse/inventory.xml": ("GET", _inventory),
    "remotewarehouse/imports/importitems.xml": ("POST", _import),
    "remoteorder/imports/importitems.xml": ("POST", _import),
}
