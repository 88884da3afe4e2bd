"""Writing many stock figures in one statement each: new source items, and changed ones.

On PostgreSQL the values travel as arrays, with no model in between
(docs/decisions/stock-in-sql.md); on SQLite it is Django's bulk methods that write them.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.inventory.models import SourceItem

_INSERT = """
INSERT INTO inventory_sourceitem (product_id, source_code, quantity, status, updated_at)
SELECT product_id, source_code, quantity, status, %s::timestamptz
FROM unnest(%s::bigint[], %s::text[], %s::text[]::numeric[], %s::integer[])
    AS new_items (product_id, source_code, quantity, status)
ORDER BY product_id, source_code
ON CONFLICT (product_id, source_code) DO NOTHING
"""
_UPDATE = """
UPDATE inventory_sourceitem i
SET quantity = v.quantity, status = v.status, updated_at = %s::timestamptz
FROM unnest(%s::bigint[], %s::text[]::numeric[], %s::integer[]) AS v (id, quantity, status)
WHERE i.id = v.id
"""


class NewItem(NamedTuple):
    """A source item to be made."""

    product_id: int
    source_code: str
    quantity: Decimal
    status: int


class ChangedItem(NamedTuple):
    """What a source item is to say."""

    id: int
    quantity: Decimal
    status: int


def insert_items(items: Sequence[NewItem], *, now: datetime) -> int:
    """Make source items; return how many. One that somebody else has made meanwhile is left."""
    if not items:
        return 0
    if connection.vendor != "postgresql":
        rows = [
            SourceItem(
                product_id=item.product_id,
                source_id=item.source_code,
                quantity=item.quantity,
                status=item.status,
                updated_at=now,
            )
            for item in items
        ]
        SourceItem.objects.bulk_create(rows, ignore_conflicts=True)
        return len(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            (
                now,
                [item.product_id for item in items],
                [item.source_code for item in items],
                [str(item.quantity) for item in items],
                [item.status for item in items],
            ),
        )
        return int(cursor.rowcount)


def update_items(items: Sequence[ChangedItem], *, now: datetime) -> None:
    """Write the figures of source items, which the caller has locked in the order of their ids."""
    if not items:
        return
    if connection.vendor != "postgresql":
        rows = [SourceItem(updated_at=now, **item._asdict()) for item in items]
        update_rows(rows, "quantity", "status", "updated_at")
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE,
            (
                now,
                [item.id for item in items],
                [str(item.quantity) for item in items],
                [item.status for item in items],
            ),
        )
