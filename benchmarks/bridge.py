"""This product as a process of its own, which the benchmark asks to apply pushes.

Reads one command per line and answers each with one line of JSON: `push N` gives the seconds,
`statements N M` the number of statements of a batch of M messages, `queue N` the time when a push
was queued and a Celery worker waked for it.
"""

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Sequence

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.pushes import LINES_PER_MESSAGE, Lines, full_push, in_messages  # noqa: E402
from imports.inventory.unknown_skus import forget_aliases  # noqa: E402
from imports.services import process_imports  # noqa: E402
from imports.tasks import apply_arrived  # noqa: E402
from orderflow_bridge.catalog.models import Product  # noqa: E402
from orderflow_bridge.common.choices import Entity, Operation, RequestType  # noqa: E402
from orderflow_bridge.configuration.selectors import forget as forget_settings  # noqa: E402
from orderflow_bridge.inventory.models import SourceItem  # noqa: E402
from orderflow_bridge.request_queue.services import enqueue_request  # noqa: E402

_HISTORY = """
INSERT INTO imports_importline (parent_id, sequence_id, result, reference, source_code, reason,
    units_received, units_quoted, units_unsent, units_applied, created_at)
WITH RECURSIVE numbers (n) AS (
    SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s
)
SELECT 0, n %% %s, 1, 'SKU-' || substr(CAST(10000001 + (n * 101) %% %s AS text), 2), 'default',
    '', 5, 0, 0, 5, %s
FROM numbers
"""


def main() -> None:
    """Prepare the database, then serve commands until the input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--products", type=int, required=True)
    parser.add_argument("--history", type=int, default=0)
    arguments = parser.parse_args()
    products = arguments.products
    call_command("migrate", verbosity=0)
    fill(products, arguments.history)
    gc.collect()
    gc.freeze()  # as a worker does
    _answer("ready")
    for command in sys.stdin:
        verb, *numbers = command.split()
        if verb == "push":
            _answer(push(products, int(numbers[0])))
        elif verb == "queue":
            _enqueue(in_messages(full_push(products, int(numbers[0]))))
            apply_arrived.apply_async((int(Entity.INVENTORY),))
            _answer(time.time())
        elif verb == "statements":
            _answer(_statements(products, *map(int, numbers)))


def _answer(value: object) -> None:
    print(json.dumps(value), flush=True)


def fill(products: int, history: int) -> None:
    """Add products `SKU-0000001` … with a source item each, and a history of old lines."""
    Product.objects.bulk_create(
        (Product(sku=f"SKU-{n:07d}", name=f"Product {n}") for n in range(1, products + 1)),
        batch_size=2_000,
    )
    ids = Product.objects.order_by("id").values_list("id", flat=True)
    SourceItem.objects.bulk_create(
        (SourceItem(product_id=id, source_id="default") for id in ids), batch_size=2_000
    )
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, (history, products, products, timezone.now()))
        cursor.execute("ANALYZE")


def push(products: int, number: int) -> float:
    """Queue a full push, then process it; return the seconds of the processing."""
    # Not kept: the garbage collector would walk through them again and again.
    _enqueue(in_messages(full_push(products, number)))
    messages = -(-products // LINES_PER_MESSAGE)
    started = time.perf_counter()
    processed = process_imports(Entity.INVENTORY, limit=messages)
    seconds = time.perf_counter() - started
    if processed.successes != products:
        raise SystemExit(f"Not everything was applied: {processed}")
    return seconds


def _statements(products: int, number: int, messages: int) -> int:
    """Count a batch's statements between claim and commit, with BEGIN and COMMIT left out."""
    lines = full_push(products, number)[: messages * LINES_PER_MESSAGE]
    _enqueue(in_messages(lines))
    # What is remembered for five seconds is read by the run itself, before the claim.
    forget_settings()
    forget_aliases()
    with CaptureQueriesContext(connection) as queries:
        process_imports(Entity.INVENTORY, limit=len(in_messages(lines)))
    texts = [query["sql"] for query in queries]
    claimed = next(at for at, text in enumerate(texts) if text.startswith("COMMIT"))
    return sum(not text.startswith(("BEGIN", "COMMIT")) for text in texts[claimed:])


def _enqueue(messages: Sequence[Lines]) -> None:
    with transaction.atomic():
        for number, lines in enumerate(messages, start=1):
            enqueue_request(
                type=RequestType.IMPORT,
                entity=Entity.INVENTORY,
                operation=Operation.UPDATE,
                message_id=str(number),
                lines=lines,
                body=b"<Envelope/>",
                response=b"<Envelope/>",
                received_by="orderflow",
            )


if __name__ == "__main__":
    main()
