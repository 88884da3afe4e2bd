"""What the plugin does, hook by hook."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gift_wrap.models import Told, Wrap
from gift_wrap.sections import GiftWrap
from orderflow_bridge.configuration.selectors import values_of
from orderflow_bridge.plugins.declaration import hook
from orderflow_bridge.plugins.events import (
    AcceptedMessage,
    AppliedMessage,
    BookedShipment,
    ReportedProblem,
    SettledExport,
    StockQuantity,
)


@hook
def product_document_values(product: Any) -> Mapping[str, Any]:
    """Tell the warehouse whether a product can be wrapped."""
    return {"wrappable": product.type_id == "simple"}


@hook
def order_document_values(order: Any) -> Mapping[str, Any] | None:
    """Tell the warehouse which paper an order gets."""
    wrap = Wrap.objects.filter(order_number=order.increment_id).first()
    return {"giftWrap": wrap.colour} if wrap else None


@hook
def order_line_values(lines: Sequence[Any]) -> Mapping[int, Mapping[str, Any]]:
    """Have the first line packed last."""
    return {0: {"packLast": True}} if lines else {}


@hook
def refuse_exports(entity: str, rows: Sequence[Any]) -> Mapping[int, str]:
    """Keep the paper itself to ourselves."""
    prefix = values_of(GiftWrap).refused_prefix
    if entity != "product":
        return {}
    return {row.pk: "Paper is not sold." for row in rows if row.sku.startswith(prefix)}


@hook
def adjust_quantities(lines: Sequence[StockQuantity]) -> Mapping[int, Decimal]:
    """Keep some units of everything back."""
    kept = values_of(GiftWrap).units_kept_back
    return {line.number: max(line.quantity - kept, Decimal(0)) for line in lines} if kept else {}


@hook
def message_accepted(message: AcceptedMessage) -> None:
    """Write it down."""
    _note("message_accepted", [message.message_id])


@hook
def batch_applied(messages: Sequence[AppliedMessage]) -> None:
    """Write it down."""
    _note("batch_applied", [f"{each.message_id}: {each.successes}" for each in messages])


@hook
def shipments_booked(shipments: Sequence[BookedShipment]) -> None:
    """Write it down: that paper is used up."""
    _note("shipments_booked", [each.order_number for each in shipments])
    Wrap.objects.filter(order_number__in=[each.order_number for each in shipments]).delete()


@hook
def exports_settled(exports: Sequence[SettledExport]) -> None:
    """Write it down."""
    _note("exports_settled", [f"{each.reference}: {each.outcome}" for each in exports])


@hook
def problems_opened(problems: Sequence[ReportedProblem]) -> None:
    """Write it down."""
    _note("problems_opened", [each.kind for each in problems])


@hook
def problems_ended(problems: Sequence[ReportedProblem]) -> None:
    """Write it down."""
    _note("problems_ended", [each.kind for each in problems])


def _note(name: str, texts: list[str]) -> None:
    Told.objects.bulk_create(Told(hook=name, text=text[:200]) for text in texts)
