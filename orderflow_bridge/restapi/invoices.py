"""order/<id>/invoice, invoices: bills (docs/rest-sales.md)."""

from django.db import transaction

from orderflow_bridge.access.rights import INVOICES_VIEW, ORDERS_INVOICE
from orderflow_bridge.common.exceptions import ActionNotAvailable, NoSuchEntity, OrderRefused
from orderflow_bridge.documents.invoices import INVOICE, invoice_list
from orderflow_bridge.documents.records import Document, Kind
from orderflow_bridge.documents.sale_columns import INVOICE_COLUMNS
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.inventory import fulfilment
from orderflow_bridge.restapi.invoice_actions import (
    INVOICE_SAVE_BODY,
    REFUSED,
    invoice_items,
    remark_on_invoice,
)
from orderflow_bridge.restapi.order_records import INVOICE_BODY
from orderflow_bridge.restapi.orders import find_order
from orderflow_bridge.restapi.shipments import units_in
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales.invoicing import notify_invoice
from orderflow_bridge.sales.models import Invoice

_INVOICES = results_of(INVOICE, "SalesDataInvoiceSearchResultInterface")


class InvoiceOrderView(RestView):
    """Invoicing an order (salesInvoiceOrderV1)."""

    @operation(right=ORDERS_INVOICE, takes=INVOICE_BODY, returns=Kind.INT)
    def post(self, call: Call, order_id: int) -> int:
        """Invoice what is named of an order, or everything that is open; the invoice's id.

        No money is moved here: the invoice says that it was paid.
        """
        comment = call.body.get("comment") or {}
        try:
            invoice = fulfilment.invoice(
                find_order(order_id).pk,
                quantities=units_in(call.body.get("items")),
                comment=comment.get("comment") or "",
                notify=bool(call.body.get("notify")),
            )
        except ActionNotAvailable as refusal:
            raise OrderRefused(f"{REFUSED}\n{refusal}") from None
        return invoice.pk


class InvoicesView(RestView):
    """Invoices (salesInvoiceRepositoryV1)."""

    @operation(right=INVOICES_VIEW, is_search=True, returns=_INVOICES)
    def get(self, call: Call) -> dict[str, object]:
        """Search invoices."""
        page = call.page(Invoice.objects.all(), INVOICE_COLUMNS)
        return page.answer(invoice_list(page.rows))

    @operation(right=ORDERS_INVOICE, takes=INVOICE_SAVE_BODY, returns=INVOICE)
    def post(self, call: Call) -> Document:
        """Invoice what the document names of its order; all that is open if it names nothing.

        What follows from the order is not read from the document.
        """
        entity = call.body["entity"]
        with transaction.atomic():
            invoice_id = invoice_items(entity["order_id"], entity.get("items"))
            for entry in entity.get("comments") or []:
                remark_on_invoice(invoice_id, entry)
        return _document(invoice_id)


class InvoiceView(RestView):
    """One invoice (salesInvoiceRepositoryV1)."""

    @operation(right=INVOICES_VIEW, returns=INVOICE)
    def get(self, call: Call, invoice_id: int) -> Document:
        """Read an invoice."""
        return _document(invoice_id)


class InvoiceEmailsView(RestView):
    """The e-mail about an invoice (salesInvoiceManagementV1)."""

    @operation(right=ORDERS_INVOICE, returns=Kind.FLAG)
    def post(self, call: Call, invoice_id: int) -> bool:
        """Write the customer about an invoice; false if there is no address to write to."""
        return notify_invoice(invoice_id)


def _document(invoice_id: int) -> Document:
    for document in invoice_list(Invoice.objects.filter(pk=invoice_id)):
        return document
    raise NoSuchEntity.any()


routes = [
    Route("order/<order_id>/invoice", InvoiceOrderView),
    Route("invoices", InvoicesView),
    Route("invoices/<invoice_id>", InvoiceView),
    Route("invoices/<invoice_id>/emails", InvoiceEmailsView),
]
