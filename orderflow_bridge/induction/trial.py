"""The test order of a website that goes live: placed as any other, and removed whole.

Whole means with its rows, promises, exports, history, mails, webhooks and problems: afterwards the
tables are as they were before it. An order that OrderFlow has begun to despatch is never removed,
and one that OrderFlow has is cancelled there first.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from exports.cancelling import cancel_order
from exports.models import Export, ExportLine
from imports.models import ImportLine
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, RequestType, Result
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.configuration.selectors import email
from orderflow_bridge.documents.order_reading import read_order
from orderflow_bridge.induction.models import MarkedOrder
from orderflow_bridge.inventory.models import Deduction, Reservation
from orderflow_bridge.inventory.placing import place_order
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import is_address
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Despatch, Order, Shipment
from orderflow_bridge.stores.models import Store, Website

NOTE = "Test order. Do not pick, pack or despatch it."
# Clocks of two hosts may differ by a little.
_BEFORE = timedelta(minutes=5)
_COUNTERS = {
    Result.SUCCESS: "successes",
    Result.DUPLICATE: "duplicates",
    Result.SUPERSEDED: "superseded",
    Result.FAILURE: "failures",
}


class MarkedOrderRefused(BridgeError):
    """A test order cannot be placed, or must not be removed; the text says why."""


def marked_order(website: Website) -> MarkedOrder | None:
    """Return the test order of a website that has not been removed yet."""
    return MarkedOrder.objects.filter(website_id=website.pk, removed_at=None).first()


@transaction.atomic
def place_test_order(website: Website, *, sku: str, by: str) -> Order:
    """Place an order of one unit of a SKU, marked as a test; return it.

    Its number is its own, so that no other order's is used up. Raises MarkedOrderRefused, and
    NotSalable and OrderRefused as every order does.
    """
    Website.objects.select_for_update().get(pk=website.pk)
    if (there := marked_order(website)) is not None:
        raise MarkedOrderRefused(
            _("There is a test order already: %(number)s.") % {"number": there.increment_id}
        )
    store = Store.objects.filter(website=website.pk, is_active=True).order_by("sort_order", "pk")
    view = store.select_related("website").first()
    if view is None:
        raise MarkedOrderRefused(_("The website has no active store view. Add one first."))
    product = Product.objects.filter(sku_key=sku_key(sku.strip()), websites=website.pk).first()
    if product is None or product.type_id != Product.Type.SIMPLE:
        raise MarkedOrderRefused(
            _("%(sku)s is no simple product of %(website)s.")
            % {"sku": sku, "website": website.name}
        )
    recipient = email(website).admin_email
    if not is_address(recipient):
        raise MarkedOrderRefused(_("Enter an Admin Email first: the test order is in its name."))
    number = f"TEST-{website.code}-{MarkedOrder.objects.filter(website=website.pk).count() + 1}"
    order = place_order(read_order(_document(number, product, recipient), view))
    MarkedOrder.objects.create(
        website_id=website.pk,
        order_id=order.pk,
        increment_id=order.increment_id,
        placed_by=by,
        placed_at=clock.now(),
    )
    return order


def remove_test_order(marked: MarkedOrder, *, by: str) -> None:
    """Cancel a test order, at OrderFlow too where OrderFlow has it, and remove it whole.

    Must not be called inside a transaction: OrderFlow may have to be called. Raises
    MarkedOrderRefused if OrderFlow has shipped it, or does not cancel it.
    """
    order = Order.objects.filter(pk=marked.order_id, increment_id=marked.increment_id).first()
    if order is not None:
        _refuse_shipped(order)
        if order.state != Order.State.CANCELED:
            outcome = cancel_order(order, by=by)
            if not outcome.is_canceled:
                raise MarkedOrderRefused(outcome.text)
    _remove(marked, by=by)


@transaction.atomic(durable=True)
def _remove(marked: MarkedOrder, *, by: str) -> None:
    """Delete a cancelled order and all that tells of it; its stock was given back before."""
    order = Order.objects.select_for_update().filter(pk=marked.order_id).first()
    if order is not None and order.increment_id == marked.increment_id:
        _refuse_shipped(order)
        if order.state != Order.State.CANCELED:
            raise MarkedOrderRefused(
                _("Somebody has changed the order meanwhile. Please try again.")
            )
    Reservation.objects.filter(order_id=marked.order_id).delete()
    Deduction.objects.filter(order_id=marked.order_id).delete()
    for request in _requests(marked):
        _take_out(request, marked.increment_id)
    about = {"reference": marked.increment_id}
    OutgoingMail.objects.filter(**about).delete()
    WebhookEvent.objects.filter(**about, topic=f"order {marked.increment_id}").delete()
    Problem.objects.filter(subject=marked.increment_id).delete()
    if order is not None:
        order.delete()
    MarkedOrder.objects.filter(pk=marked.pk).update(removed_at=clock.now(), removed_by=by)


def _refuse_shipped(order: Order) -> None:
    """Raise MarkedOrderRefused if OrderFlow has despatched the order, or has just said so."""
    if (
        Shipment.objects.filter(order=order).exists()
        or Despatch.objects.filter(order=order).exists()
    ):
        raise MarkedOrderRefused(_("OrderFlow has shipped it: it stays, as any other order."))
    told = ImportLine.objects.filter(
        reference=order.increment_id, parent__entity=Entity.SHIPMENT
    ).exists()
    waiting = Request.objects.filter(
        type=RequestType.IMPORT, entity=Entity.SHIPMENT, processed_at=None
    ).values_list("lines", flat=True)
    if told or any(_names(line, order.increment_id) for lines in waiting for line in lines):
        raise MarkedOrderRefused(_("OrderFlow has sent a despatch of it: see that message first."))


def _names(line: Any, number: str) -> bool:
    """Tell whether a line of a message names the order, as blanks and case allow."""
    values = line.values() if isinstance(line, dict) else ()
    return any(str(value).strip().casefold() == number.casefold() for value in values)


def _requests(marked: MarkedOrder) -> Iterator[Request]:
    """Yield the requests about the order: announced, fetched, cancelled, and asked for."""
    since = marked.placed_at - _BEFORE
    requests = Request.objects.filter(
        type=RequestType.EXPORT, entity=Entity.ORDER, created_at__gte=since
    ).defer("request_body", "response_body")
    for request in requests.order_by("pk").iterator(chunk_size=200):
        if any(_names(line, marked.increment_id) for line in request.lines):
            yield request


def _take_out(request: Request, number: str) -> None:
    """Take the order out of a request and its report; what told of it alone is deleted."""
    left = [line for line in request.lines if not _names(line, number)]
    reports = Export.objects.filter(request=request.pk)
    if not left:
        ExportLine.objects.filter(parent__in=reports).delete()
        reports.delete()
        request.delete()
        return
    Request.objects.filter(pk=request.pk).update(lines=left, line_count=len(left))
    for report in reports:
        lines = ExportLine.objects.filter(parent=report, reference=number)
        for result in lines.values_list("result", flat=True):
            if counter := _COUNTERS.get(Result(result)):
                Export.objects.filter(pk=report.pk).update(**{counter: F(counter) - 1})
        lines.delete()


def _document(number: str, product: Product, recipient: str) -> dict[str, Any]:
    """Return the order as a shop would send it."""
    address = {
        "firstname": "TEST ORDER",
        "lastname": "DO NOT DESPATCH",
        "street": ["Test order 1"],
        "city": "Testing",
        "postcode": "TE5 7ED",
        "country_id": "GB",
        "telephone": "000",
        "email": recipient,
    }
    shipping = {"address": address, "method": "flatrate_flatrate"}
    return {
        "increment_id": number,
        "customer_email": recipient,
        "customer_firstname": address["firstname"],
        "customer_lastname": address["lastname"],
        "customer_note": NOTE,
        "items": [{"sku": product.sku}],
        "billing_address": address,
        "payment": {"method": "checkmo"},
        "status_histories": [{"comment": NOTE, "status": "pending"}],
        "extension_attributes": {"shipping_assignments": [{"shipping": shipping}]},
    }
