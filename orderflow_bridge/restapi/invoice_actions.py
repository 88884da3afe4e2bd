"""invoices: new ones by document, remarks, capture and void (docs/rest-sales.md)."""

from collections.abc import Sequence
from dataclasses import replace

from orderflow_bridge.access.rights import INVOICES_VIEW, ORDERS_INVOICE
from orderflow_bridge.common.exceptions import ActionNotAvailable, OrderRefused
from orderflow_bridge.documents.invoices import INVOICE, INVOICE_ITEM
from orderflow_bridge.documents.records import Document, Kind, Many, given, record
from orderflow_bridge.documents.remarks import INVOICE_COMMENT, invoice_comment
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.inventory import fulfilment
from orderflow_bridge.restapi.orders import find_order, whole_list
from orderflow_bridge.restapi.shipments import units_in
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales.invoicing import capture_invoice
from orderflow_bridge.sales.remarks import comment_on_invoice, find_invoice

REFUSED = "Invoice Document Validation Error(s):"
_COMMENTS = results_of(INVOICE_COMMENT, "SalesDataInvoiceCommentSearchResultInterface")
_NEW_COMMENT = replace(
    given(INVOICE_COMMENT, required="comment"), name="SalesDataInvoiceCommentNew"
)
INVOICE_SAVE_BODY = record(
    "SalesInvoiceSaveBody",
    {
        "entity": replace(
            given(INVOICE, required="order_id"),
            fields={
                **given(INVOICE).fields,
                "items": Many(given(INVOICE_ITEM, required="order_item_id qty")),
                "comments": Many(_NEW_COMMENT),
            },
        )
    },
    required="entity",
)
_COMMENT_BODY = record(
    "SalesInvoiceCommentBody",
    {"entity": given(INVOICE_COMMENT, required="comment parent_id")},
    required="entity",
)


class InvoiceCommentsView(RestView):
    """The remarks on an invoice (salesInvoiceManagementV1)."""

    @operation(right=INVOICES_VIEW, returns=_COMMENTS)
    def get(self, call: Call, invoice_id: int) -> dict[str, object]:
        """List the remarks on an invoice."""
        comments = find_invoice(invoice_id).comments.order_by("pk")
        return whole_list([invoice_comment(each) for each in comments])


class InvoiceCommentView(RestView):
    """New remarks on invoices (salesInvoiceCommentRepositoryV1)."""

    @operation(right=ORDERS_INVOICE, takes=_COMMENT_BODY, returns=INVOICE_COMMENT)
    def post(self, call: Call) -> Document:
        """Add a remark to an invoice, `parent_id`, and write it to the customer if asked."""
        entity = call.body["entity"]
        return remark_on_invoice(entity["parent_id"], entity)


class InvoiceCaptureView(RestView):
    """Taking the money of an invoice (salesInvoiceManagementV1)."""

    @operation(right=ORDERS_INVOICE, returns=Kind.FLAG)
    def post(self, call: Call, invoice_id: int) -> bool:
        """Say that an invoice was paid. No money is moved here."""
        capture_invoice(invoice_id)
        return True


class InvoiceVoidView(RestView):
    """Giving up the money of an invoice (salesInvoiceManagementV1)."""

    @operation(right=ORDERS_INVOICE, returns=Kind.FLAG)
    def post(self, call: Call, invoice_id: int) -> bool:
        """Refuse, as Magento does for payments that it does not take itself."""
        find_invoice(invoice_id)
        raise OrderRefused("The void action is not available.")


def invoice_items(order_id: int, items: Sequence[Document] | None) -> int:
    """Invoice units of an order, all that are open without any; the invoice's id."""
    try:
        return fulfilment.invoice(find_order(order_id).pk, quantities=units_in(items)).pk
    except ActionNotAvailable as refusal:
        raise OrderRefused(f"{REFUSED}\n{refusal}") from None


def remark_on_invoice(invoice_id: int, entry: Document) -> Document:
    """Add a remark to an invoice; its document."""
    comment = comment_on_invoice(
        invoice_id,
        comment=entry["comment"],
        is_customer_notified=bool(entry.get("is_customer_notified")),
        is_visible_on_front=bool(entry.get("is_visible_on_front")),
    )
    return invoice_comment(comment)


routes = [
    Route("invoices/comments", InvoiceCommentView),
    Route("invoices/<invoice_id>/comments", InvoiceCommentsView),
    Route("invoices/<invoice_id>/capture", InvoiceCaptureView),
    Route("invoices/<invoice_id>/void", InvoiceVoidView),
]
