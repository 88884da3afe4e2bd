"""The full stock pushes that every variant applies."""

import random

LINES_PER_MESSAGE = 200
Lines = list[list[str]]


def full_push(products: int, number: int) -> Lines:
    """Return the stored lines of push `number`: every SKU once, at random, newer each time."""
    order = list(range(1, products + 1))
    random.Random(number).shuffle(order)
    first = number * products
    exported = "2017-03-22 15:25:16"
    return [
        [f"SKU-{sku:07d}", str((sku * number) % 500), "default", str(first + position), exported]
        for position, sku in enumerate(order)
    ]


def in_messages(lines: Lines) -> list[Lines]:
    """Cut a push into messages."""
    step = LINES_PER_MESSAGE
    return [lines[start : start + step] for start in range(0, len(lines), step)]
