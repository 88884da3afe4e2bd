"""Answers that are made while they are sent, when the request that asked for them is over."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any


def made_within(
    parts: Iterable[Any], context: Callable[[], AbstractContextManager[Any]]
) -> Iterator[Any]:
    """Yield the parts of an answer, each made within a context of its own.

    Whoever sends them in between is outside of it.
    """
    remaining = iter(parts)
    while True:
        with context():
            part = next(remaining, None)
        if part is None:
            return
        yield part
