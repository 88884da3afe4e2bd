"""Serving several OrderFlow servers at once from one thread, which alone touches the database.

What waits for OrderFlow is a generator: it yields while no answer has come. The calls themselves
are made by threads of their own, which ring when something has arrived. So a server that takes its
time holds up nobody else, and no thread but the run's needs a connection to the database.
"""

import threading
from collections.abc import Generator, Iterable
from typing import TypeVar, cast

Result = TypeVar("Result")


class Bell:
    """Rung by threads when an answer has arrived."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self, *_: object) -> None:
        """Say that something has arrived."""
        self._rung.set()

    def quieten(self) -> None:
        """Forget what has rung so far: it is about to be looked at."""
        self._rung.clear()

    def wait(self) -> None:
        """Wait until something has arrived since `quieten`."""
        self._rung.wait()


def serve_side_by_side(runs: Iterable[Generator[None, None, None]], bell: Bell) -> None:
    """Carry all runs on to their ends, each whenever it may have an answer."""
    waiting = list(runs)
    while waiting:
        bell.quieten()
        waiting = [run for run in waiting if not _is_done(run)]
        if waiting:
            bell.wait()


def serve(run: Generator[None, None, Result], bell: Bell) -> Result:
    """Carry one run on to its end; return its result."""
    while True:
        bell.quieten()
        try:
            next(run)
        except StopIteration as done:
            return cast(Result, done.value)
        bell.wait()


def _is_done(run: Generator[None, None, None]) -> bool:
    try:
        next(run)
    except StopIteration:
        return True
    return False
