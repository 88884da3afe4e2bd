"""Telling what became of products and orders that were to be exported.

Plugins, once committed; the shop's own systems; and people, of orders that OrderFlow has now.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from exports.models import ExportLine
from exports.outcomes import Fate, Outcome
from orderflow_bridge.catalog.events import tell_of_products
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, ExportStatus, Result
from orderflow_bridge.common.datetimes import utc_text
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.plugins.events import SettledExport
from orderflow_bridge.plugins.hooks import taken, tell_after_commit
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.notifications import note_exported

_HOOK = "exports_settled"
_TOLD = {
    Fate.ANNOUNCED: "announced",
    Fate.TAKEN: "exported",
    Fate.KNOWN: "exported",
    Fate.FAILED: "failed",
}


def tell_of_exported(row_ids: Sequence[int], *, at: datetime) -> None:
    """Tell the shop's own systems that OrderFlow has got these rows' products, in the transaction.

    It costs nothing where nobody listens.
    """
    if row_ids and listening_to(Kind.PRODUCT_EXPORTED):
        products = Product.objects.filter(website_links__in=row_ids)
        tell_of_products(Kind.PRODUCT_EXPORTED, products, exported_at=utc_text(at))


def tell_of_outcomes(entity: Entity, outcomes: Sequence[Outcome]) -> None:
    """Tell of what OrderFlow has answered; what was given back was not asked at all."""
    if not taken(_HOOK) or not outcomes:
        return
    settled = tuple(
        SettledExport(
            entity.name.lower(),
            each.target.entity_id,
            each.target.reference,
            _TOLD[each.fate],
            each.text,
        )
        for each in outcomes
    )
    about = f"{len(settled)} exports from {settled[0].reference} on"
    tell_after_commit(_HOOK, about=about, exports=settled)


def tell_of_line(entity: Entity, entity_id: int, line: ExportLine) -> ExportLine:
    """Tell of a product or an order that OrderFlow has fetched or marked; return the line."""
    if taken(_HOOK):
        outcome = "failed" if line.result == Result.FAILURE else "exported"
        name = entity.name.lower()
        settled = SettledExport(name, entity_id, line.reference, outcome, line.reason)
        tell_after_commit(_HOOK, about=f"{name} {line.reference}", exports=(settled,))
    return line


def tell_of_new_ones(seen: Q, now: datetime) -> None:
    """Tell people and the shop's own system of an order that becomes Exported now."""
    others = (ExportStatus.EXPORTED, ExportStatus.CANCELLED)
    orders = Order.objects.filter(seen).exclude(orderflow_export_status__in=others)
    if found := list(orders.select_for_update(no_key=True)):
        note_exported(found, at=now)
