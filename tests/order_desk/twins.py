"""The same order, once changed at its page and once by REST, and what became of it either way.

Each way is undone after it was looked at, so that the other one begins with the very same rows.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.messages import get_messages
from django.db import transaction
from django.db.models import Model

from orderflow_bridge.inventory.models import Deduction, Reservation, SourceItem
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.sales.models import (
    CreditMemo,
    CreditMemoItem,
    Invoice,
    InvoiceItem,
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
    Shipment,
    ShipmentComment,
    ShipmentItem,
    ShipmentTrack,
)
from tests.factories import make_address, make_order

TABLES: tuple[type[Model], ...] = (
    *(Order, OrderItem, OrderAddress, OrderPayment, OrderStatusHistory, Invoice, InvoiceItem),
    *(Shipment, ShipmentItem, ShipmentTrack, ShipmentComment, CreditMemo, CreditMemoItem),
    *(SourceItem, Reservation, Deduction, OutgoingMail, WebhookEvent),
)
# Ids that are plain numbers: sequences count on, whatever is undone.
_NUMBERS = ("order_id", "quote_id")
Rows = dict[str, list[dict[str, Any]]]


def an_order(**values: Any) -> Order:
    """Make an order of three and two units with both addresses."""
    order = make_order(**{
        "items": [("24-MB01", 3), ("24-MB02", 2)],
        "increment_id": "000000101",
        "invoiced": False,
        **values,
    })  # fmt: skip
    make_address(order)
    make_address(order, address_type="billing", city="Hull")
    return order


def by_both(page: Callable[[], Any], rest: Callable[[], Any]) -> tuple[Any, Rows, Any, Rows]:
    """Return what the page's way and REST's way answer, each with the rows that it leaves."""
    first, page_rows = _undone(page)
    second, rest_rows = _undone(rest)
    return first, page_rows, second, rest_rows


def _undone(act: Callable[[], Any]) -> tuple[Any, Rows]:
    with transaction.atomic():
        answer, rows = act(), everything()
        transaction.set_rollback(True)
    return answer, rows


def everything() -> Rows:
    """Return the rows of all tables that an act on an order may touch, without ids and times."""
    return {model._meta.label: _rows(model) for model in TABLES}


def _rows(model: type[Model]) -> list[dict[str, Any]]:
    return [
        {
            field.name: getattr(row, field.name)
            for field in model._meta.concrete_fields
            if not (field.primary_key or field.is_relation or field.name.endswith("_at"))
            and field.name not in _NUMBERS
        }
        for row in model._default_manager.order_by("pk")
    ]


def said(answer: Any) -> list[str]:
    """Return the sentences that a page says above itself, or beside its form."""
    above = [str(message) for message in get_messages(answer.wsgi_request)]
    form = answer.context.get("form") if answer.context else None
    return [*above, *([str(each) for each in form.non_field_errors()] if form else [])]
