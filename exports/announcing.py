"""Telling OrderFlow, many at a time. Here are threads, and so neither database nor settings.

What waits for OrderFlow is a generator: it yields while no answer has come. The calls themselves
are made by threads of their own, which ring when something has arrived. So one thread, which alone
touches the database, serves several OrderFlow servers, and a slow one holds up nobody else.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar, cast

from exports.outcomes import Fate, Outcome, Target, shortened
from orderflow_bridge.client import EndpointClosedError, OrderFlowClient, OrderFlowError, Reply
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.translation import english
from orderflow_bridge.tracing import spans

Result = TypeVar("Result")


# Answers that come within so many seconds of one another are settled in one transaction.
TOGETHER = 0.02


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


def announce(
    entity: Entity,
    targets: Sequence[Target],
    client: OrderFlowClient,
    *,
    parallel: int,
    bell: Bell,
    traceparent: str = "",
) -> Generator[list[Outcome], None, None]:
    """Tell OrderFlow about each target; yield the outcomes as they arrive, several if they have.

    An empty list says that nothing has arrived; `bell` rings when it is worth asking again. Not
    more than `parallel` calls are under way at once. If the caller stops early, calls that have not
    begun are not made. Each call is a part of the trace that `traceparent` names.
    """
    arrived: SimpleQueue[Outcome] = SimpleQueue()

    def call_orderflow(target: Target) -> None:
        with spans.span(f"announce {entity.name.lower()}", parent=traceparent) as span:
            span.note({"bridge.reference": target.reference})
            arrived.put(_announce(entity, target, client))
        bell.ring()

    pool = ThreadPoolExecutor(parallel, thread_name_prefix="export")
    try:
        for target in targets:
            pool.submit(call_orderflow, target)
        waiting = len(targets)
        while waiting:
            outcomes = _those_together(arrived, waiting)
            waiting -= len(outcomes)
            yield outcomes
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def serve(run: Generator[None, None, Result], bell: Bell) -> Result:
    """Carry one run on to its end; return its result."""
    while True:
        bell.quieten()
        try:
            next(run)
        except StopIteration as done:
            return cast(Result, done.value)
        bell.wait()


def serve_side_by_side(runs: Iterable[Generator[None, None, None]], bell: Bell) -> None:
    """Carry all runs on to their ends, each whenever it may have an answer."""
    waiting = list(runs)
    while waiting:
        bell.quieten()
        waiting = [run for run in waiting if not _is_done(run)]
        if waiting:
            bell.wait()


def _announce(entity: Entity, target: Target, client: OrderFlowClient) -> Outcome:
    """Make one call; whatever goes wrong concerns this target alone."""
    try:
        reply = _CALLS[entity](client, target)
    except EndpointClosedError as error:
        return Outcome(target, Fate.GIVEN_BACK, str(error))
    except OrderFlowError as error:
        return Outcome(
            target, Fate.FAILED, str(error), error.call.as_text(), _answer_of(error.reply)
        )
    except Exception as error:
        return Outcome(target, Fate.FAILED, f"The call failed: {type(error).__name__}: {error}")
    noun = english(entity.label).lower()
    text = f"OrderFlow successfully notified that {noun} {target.reference} is pending export"
    return Outcome(target, Fate.ANNOUNCED, text, reply.call.as_text(), _answer_of(reply))


def _announce_product(client: OrderFlowClient, target: Target) -> Reply:
    return client.notify_product_modified(target.reference)


def _announce_order(client: OrderFlowClient, target: Target) -> Reply:
    return client.notify_order_created(entity_id=target.entity_id, increment_id=target.reference)


_CALLS: dict[Entity, Callable[[OrderFlowClient, Target], Reply]] = {
    Entity.PRODUCT: _announce_product,
    Entity.ORDER: _announce_order,
}


def _answer_of(reply: Reply | None) -> str:
    """Return an answer as it is kept with its line: status, then the body, shortened."""
    return f"{reply.status} {shortened(reply.text)}".rstrip() if reply else ""


def _those_together(arrived: "SimpleQueue[Outcome]", most: int) -> list[Outcome]:
    """Return what has arrived, with what arrives right after it; nothing if nothing has."""
    outcomes: list[Outcome] = []
    deadline = 0.0
    while len(outcomes) < most:
        try:
            outcomes.append(arrived.get(timeout=max(deadline - time.monotonic(), 0)))
        except Empty:
            break
        deadline = deadline or time.monotonic() + TOGETHER
    return outcomes


def _is_done(run: Generator[None, None, None]) -> bool:
    try:
        next(run)
    except StopIteration:
        return True
    return False
