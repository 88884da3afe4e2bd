"""A worker in a process of its own that books despatches until nothing is waiting.

`python -m tests.imports.shipment_worker`: begins once a line has come in, says "begun", and may be
killed at any moment.
"""

import sys

import django

django.setup()

from imports.services import process_imports  # noqa: E402
from orderflow_bridge.common.choices import Entity  # noqa: E402


def main() -> None:
    """Wait for the word, then book a few messages at a time."""
    sys.stdin.readline()
    print("begun", flush=True)
    while process_imports(Entity.SHIPMENT, limit=3).requests:
        pass


if __name__ == "__main__":
    main()
