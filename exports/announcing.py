"""Telling OrderFlow, many at a time. Here are threads, and so neither database nor settings."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from exports.outcomes import Fate, Outcome, Target, shortened
from exports.texts import announced
from orderflow_bridge.client import EndpointClosedError, OrderFlowClient, OrderFlowError, Reply
from orderflow_bridge.common.choices import Entity


def announce(
    entity: Entity, targets: Sequence[Target], client: OrderFlowClient, *, parallel: int
) -> Iterator[list[Outcome]]:
    """Tell OrderFlow about each target; yield the outcomes as they arrive, several if they have.

    Not more than `parallel` calls are under way at once. If the caller stops early, calls that have
    not begun are not made.
    """
    pool = ThreadPoolExecutor(parallel, thread_name_prefix="export")
    try:
        waiting = {pool.submit(_tell, entity, target, client) for target in targets}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield [future.result() for future in done]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _tell(entity: Entity, target: Target, client: OrderFlowClient) -> Outcome:
    """Make one call; whatever goes wrong concerns this target alone (B-36)."""
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


def _tell_of_product(client: OrderFlowClient, target: Target) -> Reply:
    return client.notify_product_modified(target.reference)


def _tell_of_order(client: OrderFlowClient, target: Target) -> Reply:
    return client.notify_order_created(entity_id=target.entity_id, increment_id=target.reference)


_CALLS: dict[Entity, Callable[[OrderFlowClient, Target], Reply]] = {
    Entity.PRODUCT: _tell_of_product,
    Entity.ORDER: _tell_of_order,
}


def _answer_of(reply: Reply | None) -> str:
    """Return an answer as it is kept with its line: status, then the body, shortened."""
    return f"{reply.status} {shortened(reply.body)}".rstrip() if reply else ""
