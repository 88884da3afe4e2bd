"""What the shop's own systems are told of products, as webhooks.

It costs nothing where nobody listens.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.models import QuerySet

from orderflow_bridge.common import clock
from orderflow_bridge.outbox.webhooks.filters import Facts
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.outbox.webhooks.services import Draft, announce

_is_by_hand: ContextVar[bool] = ContextVar("exported_by_hand", default=False)


@contextmanager
def exported_by_hand() -> Iterator[None]:
    """Say that what becomes Pending here has not changed: somebody wants it exported again."""
    token = _is_by_hand.set(True)
    try:
        yield
    finally:
        _is_by_hand.reset(token)


def tell_of_changed(products: QuerySet[Any]) -> None:
    """Tell that something of these products has changed that OrderFlow gets, or that they are new.

    Must run in the transaction that makes the change, after it. Two statements.
    """
    if not _is_by_hand.get():
        tell_of_products(Kind.PRODUCT_CHANGED, products)


def tell_of_products(kind: Kind, products: QuerySet[Any], **more: Any) -> None:
    """Tell of these products; `more` is told beside what they are. Two statements."""
    if not listening_to(kind):
        return
    rows = products.order_by("pk", "website_links__website").values_list(
        *("pk", "sku", "type_id", "website_links__website", "website_links__website__code")
    )
    announce(kind, [_draft(kind, *each, more) for each in _grouped(rows)], at=clock.now())


def _grouped(rows: Iterable[Any]) -> Iterator[tuple[int, str, str, dict[int, str]]]:
    """Yield each product once, with its websites' codes by their ids."""
    found: dict[int, tuple[int, str, str, dict[int, str]]] = {}
    for pk, sku, type_id, website, code in rows:
        *_, websites = found.setdefault(pk, (pk, sku, type_id, {}))
        if website is not None:
            websites[website] = code
    yield from found.values()


def _draft(
    kind: Kind, pk: int, sku: str, type_id: str, websites: dict[int, str], more: dict[str, Any]
) -> Draft:
    data = {
        "product_id": pk,
        "sku": sku,
        "type_id": type_id,
        "website_codes": list(websites.values()),
        **more,
    }
    # By the id: under a new SKU it is the same product.
    return Draft(Facts(frozenset(websites), sku=sku), sku, f"{kind} {pk}", data)
