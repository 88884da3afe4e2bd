"""A despatch as the queue keeps it: one object under the wire's names, texts as received."""

from collections.abc import Iterable
from typing import Any


def despatch_of(
    *,
    order: str,
    items: Iterable[tuple[str | None, ...]],
    tracks: Iterable[tuple[str | None, ...]],
    sequence_id: str,
    **texts: str | None,
) -> dict[str, Any]:
    """Return the stored form of a despatch.

    `items` are (sku, quantity) or (sku, quantity, source); `tracks` are (tracking number,); `texts`
    the remaining members by their names: comment, email, includeComment, courierName, serviceName,
    trackingNumber, dateShipped.
    """
    return {
        "orderIncrementId": order,
        "skuQtys": [
            {"sku": sku, "qty": quantity, "source": source[0] if source else None}
            for sku, quantity, *source in items
        ],
        "tracks": [{"trackingNumber": number} for (number,) in tracks],
        **texts,
        "sequenceId": sequence_id,
    }
