"""Order files: one row per item, the rows of an order below one another (docs/files.md).

Orders are placed as by REST: their stock is promised in the same transaction. An order whose number
is there already is left alone, so the same file may be imported again.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.db import transaction

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.documents.order_reading import read_order
from orderflow_bridge.file_transfer.models import Change
from orderflow_bridge.file_transfer.order_cells import COLUMNS, document_of
from orderflow_bridge.file_transfer.reading import Row
from orderflow_bridge.file_transfer.transfers import Importer, Outcome, Record, Setting, failed
from orderflow_bridge.inventory.placing import place_order
from orderflow_bridge.sales.drafts import OrderDraft
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Store
from orderflow_bridge.stores.selectors import default_store

UNNUMBERED = "increment_id is empty."


def records_of(rows: Iterable[Row]) -> Iterator[Record]:
    """Put the rows of each order together; a row without a number belongs to the order above it."""
    waiting: list[Row] = []
    key = ""
    for row in rows:
        number = row.values.get("increment_id", "").strip()
        if waiting and number not in ("", key):
            yield Record(key, waiting)
            waiting = []
        key = number or key
        waiting.append(row)
    if waiting:
        yield Record(key, waiting)


def take(records: Sequence[Record], setting: Setting) -> list[Outcome]:
    """Place the orders, or say which would be placed."""
    numbers = {record.key for record in records}
    there = set(
        Order.objects.filter(increment_id__in=numbers).values_list("increment_id", flat=True)
    )
    stores = {store.code: store for store in Store.objects.select_related("website")}
    return [
        Outcome(Change.UNCHANGED, "The order is there already.")
        if record.key in there
        else _place(record, setting, stores)
        for record in records
    ]


def _place(record: Record, setting: Setting, stores: dict[str, Store]) -> Outcome:
    if not record.key:
        return failed(UNNUMBERED)
    try:
        store = _store(record.rows[0].values.get("store_view_code", "").strip(), setting, stores)
        draft = read_order(document_of(record.rows), store)
        with transaction.atomic():
            place_order(draft)
            # A dry run places the order as well, and takes it back.
            transaction.set_rollback(setting.is_dry_run)
    except (ValueError, BridgeError) as error:
        return failed(str(error))
    return Outcome(Change.CREATED, _words(draft))


def _store(code: str, setting: Setting, stores: dict[str, Store]) -> Store:
    """Return the store view an order belongs to. Raises ValueError if there is none."""
    if code:
        if code not in stores:
            raise ValueError(f'store_view_code: there is no store view "{code[:100]}".')
        return stores[code]
    if setting.website:
        for store in stores.values():
            if store.website_id == setting.website.pk and store.is_active:
                return store
        raise ValueError(f"The website {setting.website.code} has no store view.")
    found = default_store()
    if found is None:
        raise ValueError("The shop has no store view yet: add one under Stores.")
    return found


def _words(draft: OrderDraft) -> str:
    rows = sum(row.parent_item is None for row in draft.rows)
    total = plain(Decimal(draft.order.grand_total))
    return (
        f"new order for {draft.order.customer_email}: {rows} item{'' if rows == 1 else 's'},"
        f" {total} {draft.order.order_currency_code}"
    )


IMPORTER = Importer(
    required=("increment_id", "customer_email", "sku", "qty_ordered"),
    known=COLUMNS.__contains__,
    records=records_of,
    take=take,
    batch=100,
)
