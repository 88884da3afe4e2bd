"""Numbers of orders, invoices, shipments and credit memos (docs/contract/shop-rules.md)."""

from collections.abc import Mapping

from django.db import connection
from django.db.models import Model

from orderflow_bridge.sales.models import CreditMemo, Invoice, Order, Sequence, Shipment

_DIGITS = 9
_NUMBERED: dict[str, type[Model]] = {
    Sequence.Document.ORDER: Order,
    Sequence.Document.INVOICE: Invoice,
    Sequence.Document.SHIPMENT: Shipment,
    Sequence.Document.CREDIT_MEMO: CreditMemo,
}
# One statement on either database: it makes a counter that is missing, locks and raises those that
# are there, and names the first store view, whose numbers have no prefix.
_RAISE = """
INSERT INTO sales_sequence (document, store_id, last_value) VALUES {rows}
ON CONFLICT (document, store_id)
DO UPDATE SET last_value = sales_sequence.last_value + excluded.last_value
RETURNING store_id, last_value, (SELECT min(id) FROM stores_store)
"""


def next_increment_ids(document: str, store_id: int, count: int) -> list[str]:
    """Return the next `count` numbers of a kind of document (Sequence.Document) in a store view.

    Must run inside a transaction: the counter stays locked until it ends, and a rollback takes the
    numbers back. Gaps happen, the same number twice does not.
    """
    return number_documents(document, {store_id: count})[store_id]


def number_documents(document: str, counts: Mapping[int, int]) -> dict[int, list[str]]:
    """Return new numbers for several store views at once: as many per store as `counts` says.

    Two statements whatever the counts. A number that is taken already, because its document came
    from elsewhere, is passed over.
    """
    numbers: dict[int, list[str]] = {store_id: [] for store_id in counts}
    wanted = {store_id: count for store_id, count in counts.items() if count > 0}
    while wanted:
        drawn = _draw(document, wanted)
        taken = _taken(document, [number for batch in drawn.values() for number in batch])
        for store_id, batch in drawn.items():
            numbers[store_id] += [number for number in batch if number not in taken]
            wanted[store_id] -= sum(number not in taken for number in batch)
        wanted = {store_id: count for store_id, count in wanted.items() if count > 0}
    return numbers


def _draw(document: str, counts: Mapping[int, int]) -> dict[int, list[str]]:
    """Raise the counters, lowest store first so that two callers cannot lock crosswise."""
    stores = sorted(counts)
    parameters = [value for store in stores for value in (document, store, counts[store])]
    with connection.cursor() as cursor:
        cursor.execute(_RAISE.format(rows=", ".join(["(%s, %s, %s)"] * len(stores))), parameters)
        raised = cursor.fetchall()
    return {
        store_id: [
            f"{'' if store_id == first_store else store_id}{number:0{_DIGITS}d}"
            for number in range(last - counts[store_id] + 1, last + 1)
        ]
        for store_id, last, first_store in raised
    }


def _taken(document: str, numbers: list[str]) -> set[str]:
    """Return those of the numbers that documents bear already."""
    model = _NUMBERED.get(document)
    if model is None:
        return set()
    found = model._default_manager.filter(increment_id__in=numbers)
    return set(found.values_list("increment_id", flat=True))
