"""transactions: what orders say of their payments (docs/rest-sales.md)."""

from collections.abc import Iterable

from orderflow_bridge.access.rights import TRANSACTIONS
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.records import Document, Kind, Many, ints, record, texts
from orderflow_bridge.documents.search import Columns, results_of
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales.models import OrderPayment

TRANSACTION = record(
    "SalesDataTransactionInterface",
    ints("transaction_id parent_id order_id payment_id"),
    texts("txn_id parent_txn_id txn_type"),
    ints("is_closed"),
    {"additional_information": Many(Kind.TEXT)},
    texts("created_at"),
    {"child_transactions": Many(Kind.SELF)},
    required="transaction_id order_id payment_id txn_id txn_type is_closed child_transactions",
)
_RESULTS = results_of(TRANSACTION, "SalesDataTransactionSearchResultInterface")
_COLUMNS: Columns = {
    "transaction_id": Column("id", ColumnKind.WHOLE),
    "payment_id": Column("id", ColumnKind.WHOLE),
    "order_id": Column("order_id", ColumnKind.WHOLE),
    "txn_id": Column("last_trans_id", ColumnKind.TEXT),
    "created_at": Column("order__created_at", ColumnKind.DATETIME),
}
_PAID = OrderPayment.objects.exclude(last_trans_id="").select_related("order")


class TransactionsView(RestView):
    """Transactions (salesTransactionRepositoryV1)."""

    @operation(right=TRANSACTIONS, is_search=True, returns=_RESULTS)
    def get(self, call: Call) -> dict[str, object]:
        """Search the transactions of payments that name one: the last of each."""
        page = call.page(_PAID.all(), _COLUMNS)
        return page.answer(_documents(page.rows))


class TransactionView(RestView):
    """One transaction (salesTransactionRepositoryV1)."""

    @operation(right=TRANSACTIONS, returns=TRANSACTION)
    def get(self, call: Call, transaction_id: int) -> Document:
        """Read a transaction."""
        for document in _documents(_PAID.filter(pk=transaction_id)):
            return document
        raise NoSuchEntity.any()


def _documents(payments: Iterable[OrderPayment]) -> list[Document]:
    return [
        TRANSACTION.of(
            {
                "transaction_id": payment.pk,
                "order_id": payment.order_id,
                "payment_id": payment.pk,
                "txn_id": payment.last_trans_id,
                "txn_type": "capture" if payment.amount_paid else "authorization",
                "is_closed": int(bool(payment.amount_paid)),
                "created_at": payment.order.created_at,
                "additional_information": [],
                "child_transactions": [],
            }
        )
        for payment in payments
    ]


routes = [
    Route("transactions", TransactionsView),
    Route("transactions/<transaction_id>", TransactionView),
]
