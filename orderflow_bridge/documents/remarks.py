"""Remarks on invoices and credit memos as documents."""

from orderflow_bridge.documents.records import Document, ints, record, texts
from orderflow_bridge.sales.models import CreditMemoComment, InvoiceComment

_TEXTS = texts("comment created_at")
_INTS = ints("entity_id is_customer_notified is_visible_on_front parent_id")
_REQUIRED = "comment is_customer_notified is_visible_on_front parent_id"
CREDITMEMO_COMMENT = record(
    "SalesDataCreditmemoCommentInterface", _TEXTS, _INTS, required=_REQUIRED
)
INVOICE_COMMENT = record("SalesDataInvoiceCommentInterface", _TEXTS, _INTS, required=_REQUIRED)


def creditmemo_comment(comment: CreditMemoComment) -> Document:
    """Return the document of a remark on a credit memo."""
    return CREDITMEMO_COMMENT.of(_values(comment) | {"parent_id": comment.creditmemo_id})


def invoice_comment(comment: InvoiceComment) -> Document:
    """Return the document of a remark on an invoice."""
    return INVOICE_COMMENT.of(_values(comment) | {"parent_id": comment.invoice_id})


def _values(comment: CreditMemoComment | InvoiceComment) -> dict[str, object]:
    return {
        "entity_id": comment.pk,
        "comment": comment.comment,
        "is_customer_notified": comment.is_customer_notified,
        "is_visible_on_front": comment.is_visible_on_front,
        "created_at": comment.created_at,
    }
