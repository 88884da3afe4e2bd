"""Correcting stock by what OrderFlow holds: what is confirmed goes through the queue as a message.

So it is applied as any other figure: adjusted, recorded, told, held if it is a mass change. It is
of operation Reconcile, which leaves the marks of sequence ids where they are, and is Superseded if
a newer figure was applied meanwhile. Nothing is guessed: what OrderFlow does not list stays as it
is, and so does what somebody has discarded (docs/stock.md, "Reconciliation").
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from imports.inventory.lines import correction
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.pages import (
    Section,
    Table,
    admin_url,
    link,
    table,
    unbroken,
    units,
)
from orderflow_bridge.inventory.selectors import CARRIERS
from orderflow_bridge.request_queue.services import enqueue_request
from orderflow_bridge.watch.reconciliation.models import StockComparison, StockDifference

RECEIVED_BY = "stock comparison"
LINES_AT_ONCE = 10_000
RIGHT = "watch.correct_stockcomparison"
SHOWN = 200
NOTHING = gettext_noop(
    "Nothing was corrected: a newer comparison has been made, or all of it was handed over."
)
QUESTION = gettext_lazy(
    "Apply OrderFlow's figures of what this comparison confirms? They go through the inventory"
    " import; where a newer figure has been applied meanwhile, that one stays."
)


def correctable(comparison: StockComparison) -> QuerySet[StockDifference]:
    """Return what can be corrected of a comparison and has not been yet.

    That is what OrderFlow lists of products that hold stock, confirmed by a second look. Nothing is
    once there is a newer comparison, which knows better.
    """
    newer = StockComparison.objects.filter(
        website=OuterRef("comparison__website"), pk__gt=OuterRef("comparison_id")
    )
    products = Product.objects.filter(pk=OuterRef("product_id"), type_id__in=CARRIERS)
    return (
        comparison.differences.filter(
            Exists(products),
            ~Exists(newer),
            is_confirmed=True,
            theirs__isnull=False,
            request_id__isnull=True,
        )
        .exclude(why=StockDifference.Why.DISCARDED)
        .order_by("pk")
    )


def correct(comparison: StockComparison, *, by: str = "") -> int:
    """Queue OrderFlow's figures of what can be corrected; return how many.

    `by` is the user who asked, "" for the job. Two who ask at once queue each figure once.
    """
    queued = 0
    with transaction.atomic():
        locked = StockComparison.objects.select_for_update().get(pk=comparison.pk)
        while some := list(correctable(locked)[:LINES_AT_ONCE]):
            request_id = enqueue_request(
                type=RequestType.IMPORT,
                entity=Entity.INVENTORY,
                operation=Operation.RECONCILE,
                message_id=f"comparison-{locked.pk}",
                lines=[_line(each) for each in some],
                body=b"",
                response=b"",
                received_by=f"{RECEIVED_BY}, asked by {by}" if by else RECEIVED_BY,
            )
            between = correctable(locked).filter(pk__gte=some[0].pk, pk__lte=some[-1].pk)
            between.update(request_id=request_id)
            queued += len(some)
        locked.corrected += queued
        locked.save(update_fields=["corrected"])
    comparison.corrected = locked.corrected
    return queued


def _line(each: StockDifference) -> list[str | None]:
    return correction(each.sku, each.theirs or Decimal(0), each.source_code, each.sequence_id)


def _preview(request: HttpRequest, comparison: StockComparison) -> Sequence[Section]:
    found = correctable(comparison)
    count = found.count()
    rows = [
        (
            link(unbroken(each.sku), admin_url("catalog_product_change", each.product_id)),
            each.source_code,
            units(each.last_received),
            units(each.theirs),
            units(each.quantity),
            each.get_why_display(),
        )
        for each in found[:SHOWN]
    ]
    columns = (
        "SKU",
        _("Source"),
        _("Last Received"),
        _("OrderFlow's Figure"),
        _("Quantity Here"),
        _("Why"),
    )
    note = _("As of any figure, orders that OrderFlow does not know of are taken off.")
    if count > SHOWN:
        shown = _("The first %(shown)s of %(count)s are shown.")
        note = f"{shown % {'shown': SHOWN, 'count': number_text(count)}} {note}"
    content = Table(columns, rows, empty=_("Nothing."), note=note if rows else "")
    return [
        table(
            "preview-lines",
            _("Would Be Corrected: %(count)s") % {"count": number_text(count)},
            content,
        )
    ]


def _correct(request: HttpRequest, comparison: StockComparison) -> None:
    user: Any = request.user
    if count := correct(comparison, by=user.get_username()):
        text = _(
            "%(count)s figures have been queued. The next run of the inventory import applies them."
        )
        messages.success(request, text % {"count": number_text(count)})
    else:
        messages.warning(request, _(NOTHING))


CORRECT = RecordAction(
    "correct",
    gettext_lazy("Correct"),
    QUESTION,
    _correct,
    lambda comparison: correctable(comparison).exists(),
    "build",
    right=RIGHT,
    preview=_preview,
)
