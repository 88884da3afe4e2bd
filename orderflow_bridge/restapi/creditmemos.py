"""creditmemos, creditmemo: what was refunded, and remarks on it (docs/rest-sales.md)."""

from dataclasses import replace

from django.db import transaction

from orderflow_bridge.access.rights import CREDIT_MEMOS, CREDIT_MEMOS_VIEW
from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.documents.creditmemos import (
    CREDITMEMO,
    CREDITMEMO_ITEM,
    creditmemo_list,
)
from orderflow_bridge.documents.records import Document, Kind, Many, flags, given, record
from orderflow_bridge.documents.remarks import CREDITMEMO_COMMENT, creditmemo_comment
from orderflow_bridge.documents.sale_columns import CREDITMEMO_COLUMNS
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.restapi.orders import find_order, whole_list
from orderflow_bridge.restapi.refunds import amount_in, refunded
from orderflow_bridge.restapi.shipments import units_in
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales.models import CreditMemo
from orderflow_bridge.sales.refunding import Refund
from orderflow_bridge.sales.remarks import (
    comment_on_creditmemo,
    find_creditmemo,
    notify_creditmemo,
)

_MEMOS = results_of(CREDITMEMO, "SalesDataCreditmemoSearchResultInterface")
_COMMENTS = results_of(CREDITMEMO_COMMENT, "SalesDataCreditmemoCommentSearchResultInterface")
_ITEM = given(CREDITMEMO_ITEM, required="order_item_id qty")
_NEW_COMMENT = replace(
    given(CREDITMEMO_COMMENT, required="comment"), name="SalesDataCreditmemoCommentNew"
)
_NEW = replace(
    given(CREDITMEMO, required="order_id"),
    fields={
        **given(CREDITMEMO).fields,
        "items": Many(_ITEM),
        "comments": Many(_NEW_COMMENT),
    },
)
_BODY = record("SalesCreditmemoSaveBody", {"entity": _NEW}, required="entity")
_REFUND = record(
    "SalesCreditmemoRefundBody",
    {"creditmemo": _NEW},
    flags("offline_requested"),
    required="creditmemo",
)
_COMMENT_BODY = record("SalesCreditmemoCommentBody", {"entity": _NEW_COMMENT}, required="entity")


class CreditmemosView(RestView):
    """Credit memos (salesCreditmemoRepositoryV1)."""

    @operation(right=CREDIT_MEMOS_VIEW, is_search=True, returns=_MEMOS)
    def get(self, call: Call) -> dict[str, object]:
        """Search credit memos."""
        page = call.page(CreditMemo.objects.all(), CREDITMEMO_COLUMNS)
        return page.answer(creditmemo_list(page.rows))


class CreditmemoSaveView(RestView):
    """New credit memos (salesCreditmemoRepositoryV1)."""

    @operation(right=CREDIT_MEMOS, takes=_BODY, returns=CREDITMEMO)
    def post(self, call: Call) -> Document:
        """Refund what the document names of its order; all that was invoiced if it names nothing.

        Totals follow from the rows, `shipping_amount` and the adjustments.
        """
        return _refund(call.body["entity"])


class CreditmemoRefundView(RestView):
    """New credit memos (salesCreditmemoManagementV1)."""

    @operation(right=CREDIT_MEMOS, takes=_REFUND, returns=CREDITMEMO)
    def post(self, call: Call) -> Document:
        """Refund, as `POST creditmemo`; offline, whatever is asked for."""
        return _refund(call.body["creditmemo"])


class CreditmemoView(RestView):
    """One credit memo (salesCreditmemoRepositoryV1)."""

    @operation(right=CREDIT_MEMOS_VIEW, returns=CREDITMEMO)
    def get(self, call: Call, creditmemo_id: int) -> Document:
        """Read a credit memo."""
        return _document(creditmemo_id)

    @operation(right=CREDIT_MEMOS, returns=Kind.FLAG)
    def put(self, call: Call, creditmemo_id: int) -> bool:
        """Refuse to cancel a credit memo, as Magento does."""
        find_creditmemo(creditmemo_id)
        raise OrderRefused("You can not cancel Credit Memo.")


class CreditmemoCommentsView(RestView):
    """The remarks on a credit memo (salesCreditmemoManagementV1)."""

    @operation(right=CREDIT_MEMOS_VIEW, returns=_COMMENTS)
    def get(self, call: Call, creditmemo_id: int) -> dict[str, object]:
        """List the remarks on a credit memo."""
        comments = find_creditmemo(creditmemo_id).comments.order_by("pk")
        return whole_list([creditmemo_comment(each) for each in comments])

    @operation(right=CREDIT_MEMOS, takes=_COMMENT_BODY, returns=CREDITMEMO_COMMENT)
    def post(self, call: Call, creditmemo_id: int) -> Document:
        """Add a remark to a credit memo, and write it to the customer if asked."""
        return _remark(creditmemo_id, call.body["entity"])


class CreditmemoEmailsView(RestView):
    """The e-mail about a credit memo (salesCreditmemoManagementV1)."""

    @operation(right=CREDIT_MEMOS, returns=Kind.FLAG)
    def post(self, call: Call, creditmemo_id: int) -> bool:
        """Write the customer about a credit memo; false if there is no address to write to."""
        return notify_creditmemo(creditmemo_id)


@transaction.atomic
def _refund(entity: Document) -> Document:
    refund = Refund(
        quantities=units_in(entity.get("items")),
        shipping_amount=entity.get("shipping_amount"),
        adjustment_positive=amount_in(entity, "adjustment_positive"),
        adjustment_negative=amount_in(entity, "adjustment_negative"),
    )
    creditmemo_id = refunded(find_order(entity["order_id"]).pk, refund)
    for entry in entity.get("comments") or []:
        _remark(creditmemo_id, entry)
    return _document(creditmemo_id)


def _remark(creditmemo_id: int, entry: Document) -> Document:
    comment = comment_on_creditmemo(
        creditmemo_id,
        comment=entry["comment"],
        is_customer_notified=bool(entry.get("is_customer_notified")),
        is_visible_on_front=bool(entry.get("is_visible_on_front")),
    )
    return creditmemo_comment(comment)


def _document(creditmemo_id: int) -> Document:
    for document in creditmemo_list(CreditMemo.objects.filter(pk=creditmemo_id)):
        return document
    raise NoSuchEntity.any()


routes = [
    Route("creditmemos", CreditmemosView),
    Route("creditmemo", CreditmemoSaveView),
    Route("creditmemo/refund", CreditmemoRefundView),
    Route("creditmemo/<creditmemo_id>", CreditmemoView),
    Route("creditmemo/<creditmemo_id>/comments", CreditmemoCommentsView),
    Route("creditmemo/<creditmemo_id>/emails", CreditmemoEmailsView),
]
