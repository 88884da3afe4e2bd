"""A worker in a process of its own that applies stock messages until nothing is waiting.

`python -m tests.imports.inventory_worker SEED`: takes batches of random size, says "done" when the
queue is empty, and may be killed at any moment.
"""

import random
import sys
import time

import django

django.setup()

from imports.services import process_imports  # noqa: E402
from orderflow_bridge.common.choices import Entity, RequestType  # noqa: E402
from orderflow_bridge.request_queue.selectors import waiting_requests  # noqa: E402


def main() -> None:
    """Process a few messages at a time, as long as there are any."""
    chance = random.Random(int(sys.argv[1]))
    while True:
        processed = process_imports(Entity.INVENTORY, limit=chance.randint(1, 8))
        if processed.errors:
            print(f"errors: {processed}", flush=True)
        if not processed.requests:
            if not waiting_requests(RequestType.IMPORT):
                break
            time.sleep(0.01)
    print("done", flush=True)


if __name__ == "__main__":
    main()
