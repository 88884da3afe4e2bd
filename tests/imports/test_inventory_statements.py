"""A batch of stock messages costs the same few statements, whatever is in it.

Counted are the statements between claim and commit; BEGIN, SAVEPOINT and COMMIT are left out.
"""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imports.inventory.unknown_skus import forget_aliases
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.configuration.sections import Adjustment, InventoryImport
from orderflow_bridge.configuration.selectors import forget as forget_settings
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from tests.factories import make_order, make_product, make_quote, make_source, make_website
from tests.imports.stock import process, queue
from tests.outbox.webhooks.shop import make_receiver

pytestmark = pytest.mark.django_db

MOST = 10
FOR_FAILURES = 2  # what waits, and the problems
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
SIZES = [(1, 1), (1, 200), (20, 10)]


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_source()
    for number in range(200):
        make_product(f"A-{number}")
    queue(("A-0", 1, 1))
    process()  # a connection's first batch makes the temporary table
    make_order(items=[("A-1", 3)])
    make_quote(items=[("A-1", 2)])


def statements(messages: int, lines: int, *, first: int) -> int:
    """Process messages of new figures and return the number of statements of their batch."""
    for message in range(messages):
        queue(*((f"A-{line}", 5, first + message) for line in range(lines)))
    return count()


def count() -> int:
    forget_settings()  # they are read anew every five seconds; not between claim and commit
    forget_aliases()
    with CaptureQueriesContext(connection) as queries:
        process(limit=100)
    texts = [query["sql"].strip() for query in queries]
    claimed = next(
        at for at, text in enumerate(texts) if '"request_queue_request"."message_id"' in text
    )
    batch = [text for text in texts[claimed + 1 :] if not text.startswith(CONTROL)]
    settled = next(
        at for at, text in enumerate(batch) if text.startswith("UPDATE") and "processed_at" in text
    )
    return settled + 1


def counts() -> dict[str, int]:
    """Return the statements of the cheapest and of the dearest batches."""
    found: dict[str, int] = {}
    for at, (messages, lines) in enumerate(SIZES):
        SourceItem.objects.all().delete()
        found[f"first {messages}×{lines}"] = statements(messages, lines, first=1_000 * at)
        found[f"usual {messages}×{lines}"] = statements(messages, lines, first=1_000 * at + 100)
        queue(("A-0", 5, 1_000 * at + 50), ("NOPE", 1, 1), ("A-0", 5, 1_000 * at + 100))
        found[f"mixed {messages}×{lines}"] = count()
    return found


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {
            "adjust_inventory": Adjustment.UNSENT_ORDERS_AND_QUOTES,
            "valid_unsent_order_statuses": ("processing",),
        },
        {"multi_source_enabled": True},
    ],
    ids=["plain", "adjusted", "multi-source"],
)
def test_the_number_of_statements_does_not_depend_on_the_size(settings: dict[str, Any]) -> None:
    write_settings(InventoryImport, settings)

    found = counts()

    for kind in ("first", "usual", "mixed"):
        assert len({number for name, number in found.items() if name.startswith(kind)}) == 1, found
    mixed = {name for name in found if name.startswith("mixed")}
    assert max(found[name] for name in mixed) <= MOST + FOR_FAILURES, found
    assert max(found[name] for name in set(found) - mixed) <= MOST, found


def test_a_batch_of_new_lines_costs_even_less() -> None:
    statements(1, 200, first=100)  # their items are made

    found = statements(1, 200, first=200)

    assert found <= (4 if connection.vendor == "postgresql" else 8)


def test_telling_a_shop_of_changed_stock_costs_as_little_whatever_the_size() -> None:
    website = make_website()
    for product in Product.objects.all():
        product.websites.add(website)
    make_receiver(website)

    found = counts()

    for kind in ("first", "usual", "mixed"):
        assert len({number for name, number in found.items() if name.startswith(kind)}) == 1, found
    assert max(found.values()) <= MOST + FOR_FAILURES, found
    assert WebhookEvent.objects.count() == 200
