"""Editing an order: its addresses and how it is sent, while that still reaches the warehouse.

The change itself is REST's (documents.order_changes). What only a person gets is a refusal where
the change would come too late, and a look at what OrderFlow will see.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from lxml import etree

from exports.documents import NotExportable, order_document
from orderflow_bridge.client.documents import orders_document
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.configuration.sections import ExportMode
from orderflow_bridge.configuration.selectors import order_export
from orderflow_bridge.documents.order_changes import change_order
from orderflow_bridge.documents.order_reading import shipping_of
from orderflow_bridge.documents.orders import order_fields, orders_with_parts
from orderflow_bridge.documents.records import Document
from orderflow_bridge.orderflow_screens.addresses import is_there
from orderflow_bridge.sales.models import Order, OrderAddress
from orderflow_bridge.sales.notifications import is_announced_again, is_known_to_orderflow
from orderflow_bridge.sales.selectors import lock_order

FETCHED = gettext_noop(
    "OrderFlow has fetched this order: a change here would not reach the warehouse. Change it in"
    " OrderFlow, or cancel the order and reorder it. To have changes announced, set Announce"
    " Changed Orders (Configuration, Order Export)."
)
CHANGED_MEANWHILE = gettext_noop(
    "This order has been changed meanwhile: nothing was changed now. Please look at it again."
)
AGAIN = gettext_noop("The order becomes Pending: OrderFlow is told of it again, and gets this.")
AS_IT_IS = gettext_noop("OrderFlow has not fetched this order: it gets it as it is then.")
NOT_THERE = gettext_noop("OrderFlow does not get this order as it stands.")
# What moves by itself, or says how the order stands and not what is in it.
_ASIDE = ("status_histories", "updated_at", "extension_attributes.orderflow")


@dataclass(frozen=True)
class Edit:
    """What an order is to say: fields of its addresses by kind, as in its document; how it is sent.

    What is not named stays as it is.
    """

    addresses: Mapping[OrderAddress.Type, Mapping[str, Any]] = field(default_factory=dict)
    shipping_method: str | None = None
    shipping_description: str | None = None


@dataclass(frozen=True)
class Preview:
    """What OrderFlow would see: lines that differ (name, now, then), both documents, and when."""

    changes: Sequence[tuple[str, str, str]]
    before: str
    after: str
    outcome: str


def why_not_editable(order: Order) -> str:
    """Return why a change would not reach the warehouse, and what to do; "" if it will."""
    return _(FETCHED) if is_there(order) and not is_announced_again(order) else ""


def seen_of(order: Order) -> int:
    """Return a number for how addresses and shipping method of an order stand."""
    addresses = OrderAddress.objects.filter(order=order).order_by("address_type").values_list()
    text = repr((list(addresses), order.shipping_method, order.shipping_description))
    return crc32(text.encode())


@transaction.atomic
def edit_order(order_id: int, edit: Edit, *, seen: int) -> bool:
    """Edit an order that stands as somebody has `seen` it (`seen_of`); False if nothing differs.

    Raises ActionNotAvailable for one that was changed or fetched meanwhile, and OrderRefused.
    """
    order = lock_order(order_id).order
    if seen_of(order) != seen:
        raise ActionNotAvailable(_(CHANGED_MEANWHILE))
    if why := why_not_editable(order):
        raise ActionNotAvailable(why)
    change_order(order_id, _document(edit, order_id))
    return seen_of(Order.objects.get(pk=order_id)) != seen


def preview_edit(order_id: int, edit: Edit, *, seen: int) -> Preview:
    """Return what an edit would make OrderFlow see: it is made, looked at, and undone.

    Raises what `edit_order` raises.
    """
    with transaction.atomic():
        before = dict(_seen_by_orderflow(order_id))
        edit_order(order_id, edit, seen=seen)
        after = dict(_seen_by_orderflow(order_id))
        outcome = _outcome(Order.objects.select_related("website").get(pk=order_id))
        transaction.set_rollback(True)
    names = dict.fromkeys([*before, *after])
    changes = [(name, before.get(name, ""), after.get(name, "")) for name in names]
    return Preview(
        [each for each in changes if each[1] != each[2]], _text(before), _text(after), outcome
    )


def _document(edit: Edit, order_id: int) -> Document:
    """Return the document of an edit; it repeats what stays of an address that changes."""
    now = _document_of(order_id)
    stands = {
        OrderAddress.Type.BILLING: now.get("billing_address"),
        OrderAddress.Type.SHIPPING: shipping_of(now).get("address"),
    }
    values, shipping = Document(), dict[str, Any]()
    for row in OrderAddress.objects.filter(order=order_id):
        kind = OrderAddress.Type(row.address_type)
        fields = edit.addresses.get(kind, {})
        if all(_plain(row, name) == value for name, value in fields.items()):
            continue
        # Where an address has no e-mail of its own, its document names the order's.
        address = {**(stands[kind] or {}), "email": row.email, **fields}
        if kind == OrderAddress.Type.BILLING:
            values["billing_address"] = address
        else:
            shipping["address"] = address
    if edit.shipping_method is not None:
        shipping["method"] = edit.shipping_method
    if edit.shipping_description is not None:
        values["shipping_description"] = edit.shipping_description
    values["extension_attributes"] = {"shipping_assignments": [{"shipping": shipping}]}
    return values


def _plain(address: OrderAddress, name: str) -> Any:
    value = getattr(address, name)
    return value.splitlines() if name == "street" else value


def _document_of(order_id: int) -> Document:
    return order_fields(orders_with_parts(Order.objects.filter(pk=order_id)).get())


def _seen_by_orderflow(order_id: int) -> Iterator[tuple[str, str]]:
    """Yield what OrderFlow gets, line by line: what it fetches, or the document that is pushed."""
    orders = Order.objects.select_related("website", "payment")
    order = orders.prefetch_related("addresses", "items").get(pk=order_id)
    if order_export(order.website).mode == ExportMode.NOTIFY:
        yield from _flat(_document_of(order_id))
        return
    try:
        pushed = etree.fromstring(orders_document([order_document(order)]))
    except NotExportable as error:
        yield "", str(error)
        return
    for text in pushed.itertext():
        for line in str(text).strip().splitlines():
            name, __, value = line.partition("=")
            if name != "exported":
                yield name, value


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the simple values of a document under their paths."""
    if path.startswith(_ASIDE):
        return
    match value:
        case Mapping():
            for name, entry in value.items():
                yield from _flat(entry, f"{path}.{name}" if path else name)
        case list() | tuple():
            for number, entry in enumerate(value):
                yield from _flat(entry, f"{path}[{number}]")
        case None | "":
            pass
        case _:
            yield path, str(value)


def _text(lines: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in lines.items())


def _outcome(order: Order) -> str:
    if is_there(order) and order.orderflow_export_status == ExportStatus.PENDING:
        return _(AGAIN)
    is_coming = is_known_to_orderflow(order) or order.orderflow_due_at is not None
    return _(AS_IT_IS if is_coming else NOT_THERE)
