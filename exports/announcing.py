"""Telling OrderFlow, many at a time. Here are threads, and so neither database nor settings."""

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

from exports.outcomes import Fate, Outcome, Target, shortened
from exports.side_by_side import Bell
from exports.texts import announced
from orderflow_bridge.client import EndpointClosedError, OrderFlowClient, OrderFlowError, Reply
from orderflow_bridge.common.choices import Entity

# Answers that come within so many seconds of one another are settled in one transaction.
TOGETHER = 0.02


def announce(
    entity: Entity,
    targets: Sequence[Target],
    client: OrderFlowClient,
    *,
    parallel: int,
    bell: Bell,
) -> Generator[list[Outcome], None, None]:
    """Tell OrderFlow about each target; yield the outcomes as they arrive, several if they have.

    An empty list says that nothing has arrived; `bell` rings when it is worth asking again. Not
    more than `parallel` calls are under way at once. If the caller stops early, calls that have not
    begun are not made.
    """
    arrived: SimpleQueue[Outcome] = SimpleQueue()

    def call_orderflow(target: Target) -> None:
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
    text = announced(entity, target.reference)
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
