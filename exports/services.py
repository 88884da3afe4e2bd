"""Exports: claim what is due, tell OrderFlow, settle.

Any number of workers may do this at once, by schedule and by hand. No transaction is open while
OrderFlow is called, and whatever it has answered is committed at once.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, fields, replace
from datetime import timedelta

from exports.announcing import Bell, announce, serve
from exports.claims import Batch, claim_due, claim_these, lease_for
from exports.documents import without_picture
from exports.instances import (
    Admission,
    EndpointMemory,
    WebsiteGroup,
    breaker_policy,
    client_of,
    credentials_of,
    settings_of,
)
from exports.outcomes import Fate, Outcome, Pushed
from exports.push import MOST_CALLS, push_batch
from exports.refusing import refused_by_plugins
from exports.selectors import due_without_rules, is_anything_due
from exports.settling import RetryPolicy, close, recover_interrupted, settle
from orderflow_bridge.client import OrderFlowClient
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.configuration.sections import ExportMode
from orderflow_bridge.configuration.selectors import api
from orderflow_bridge.rules.services import note_held

Claiming = Callable[[int], Batch]


@dataclass(frozen=True)
class Exported:
    """What a run did: outcomes; entities put off because OrderFlow keeps failing (`rested`), and by
    how many instances (`resting`); entities announced often enough and never fetched.
    """

    successes: int = 0
    duplicates: int = 0
    failures: int = 0
    rested: int = 0
    unfetched: int = 0
    request_ids: tuple[int, ...] = ()
    resting: int = 0

    def __add__(self, other: "Exported") -> "Exported":
        names = [each.name for each in fields(self)]
        return Exported(*(getattr(self, name) + getattr(other, name) for name in names))


def run_export(entity: Entity, operation: Operation, group: WebsiteGroup) -> Exported:
    """Do `export_due` alone and to its end."""
    bell = Bell()
    return serve(export_due(entity, operation, group, bell), bell)


def export_due(
    entity: Entity, operation: Operation, group: WebsiteGroup, bell: Bell
) -> Generator[None, None, Exported]:
    """Announce the next batch of what is due on these websites, which share an OrderFlow instance.

    Yields while OrderFlow has not answered; `bell` rings when it is worth going on.
    Must not be called inside a transaction. Raises ExportNotConfigured when OrderFlow cannot be
    reached for want of a setting; then nothing is claimed and no attempt is counted.
    """
    recover_interrupted(entity)
    if entity == Entity.ORDER:
        note_held(group[0], due_without_rules(group[0], now=clock.now()))
    if not is_anything_due(entity, operation, group, now=clock.now()):
        return Exported()
    settings = settings_of(entity, group)

    def claim(limit: int) -> Batch:
        return claim_due(
            entity, operation, group,
            limit=limit, lease=_lease(entity, group, limit), max_attempts=settings.max_attempts,
        )  # fmt: skip

    return (yield from _announce_up_to_limit(entity, group, claim, settings.batch_size, bell))


def announce_now(
    entity: Entity, operation: Operation, group: WebsiteGroup, ids: Sequence[int], *, by: str = ""
) -> Exported:
    """Announce these products or orders whether or not it is their turn. Else as `run_export`."""
    waiting = list(ids)

    def claim(limit: int) -> Batch:
        some, waiting[:] = waiting[:limit], waiting[limit:]
        lease = _lease(entity, group, len(some))
        return claim_these(entity, operation, group, some, lease=lease, by=by)

    bell = Bell()
    return serve(_announce_up_to_limit(entity, group, claim, len(waiting), bell), bell)


def _announce_up_to_limit(
    entity: Entity, group: WebsiteGroup, claim: Claiming, limit: int, bell: Bell
) -> Generator[None, None, Exported]:
    """Announce up to `limit`; one alone, on trial, if OrderFlow has been failing."""
    memory = EndpointMemory(credentials_of(group[0]).base)
    admission = memory.admit(breaker_policy(group[0]))
    if admission is Admission.CLOSED:
        return Exported(resting=1)
    total = Exported()
    with client_of(group[0], memory=memory) as client:
        if admission is Admission.TRIAL:
            total += yield from _announce(claim(1), memory, client, bell)
            limit -= 1
            if memory.is_open or not limit:
                return total + Exported(resting=int(memory.is_open))
        total += yield from _announce(claim(limit), memory, client, bell)
    return total


@dataclass
class _Run:
    """A claimed batch on its way: what has come of it so far gathers here."""

    batch: Batch
    memory: EndpointMemory
    policy: RetryPolicy
    done: Exported

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Write outcomes down, and count."""
        settle(self.batch, outcomes, self.policy)
        failed = [outcome for outcome in outcomes if outcome.fate is Fate.FAILED]
        self.memory.publish(failed[-1].text if failed else "")
        fates = [outcome.fate for outcome in outcomes]
        self.done += Exported(
            successes=fates.count(Fate.ANNOUNCED) + fates.count(Fate.TAKEN),
            duplicates=fates.count(Fate.KNOWN),
            failures=len(failed),
            rested=fates.count(Fate.GIVEN_BACK),
        )


def _announce(
    batch: Batch, memory: EndpointMemory, client: OrderFlowClient, bell: Bell
) -> Generator[None, None, Exported]:
    """Tell OrderFlow about a claimed batch and settle every answer as it comes."""
    unfetched = Exported(unfetched=len(batch.unfetched))
    if not batch.targets:
        return unfetched
    website, settings = batch.group[0], settings_of(batch.entity, batch.group)
    policy = RetryPolicy.of(settings, rest=api(website).breaker_cooloff)
    run = _Run(batch, memory, policy, Exported(request_ids=(batch.request_id,)))
    if refused := refused_by_plugins(batch.entity, batch.targets, website):
        run.settle(refused)
        ids = {outcome.target.entity_id for outcome in refused}
        targets = tuple(target for target in batch.targets if target.entity_id not in ids)
        run.batch = replace(batch, targets=targets)
    announce_batch = _push if settings.mode == ExportMode.PUSH else _notify
    pushed = yield from announce_batch(run, client, bell)
    summary = pushed.report or _summary(run.done).encode()
    close(batch, summary=summary, document=pushed.document)
    return unfetched + run.done


def _notify(run: _Run, client: OrderFlowClient, bell: Bell) -> Generator[None, None, Pushed]:
    """Announce each target by a call of its own."""
    batch, targets = run.batch, run.batch.targets
    if batch.entity == Entity.PRODUCT and (refused := without_picture(targets, batch.group[0])):
        run.settle(refused)
        ids = {outcome.target.entity_id for outcome in refused}
        targets = tuple(target for target in targets if target.entity_id not in ids)
    parallel = api(batch.group[0]).parallel_calls
    calls = announce(
        batch.entity,
        targets,
        client,
        parallel=parallel,
        bell=bell,
        traceparent=batch.traceparent,
    )
    with closing(calls):
        for outcomes in calls:
            if outcomes:
                run.settle(outcomes)
            else:
                yield
    return Pushed(())


def _push(run: _Run, client: OrderFlowClient, bell: Bell) -> Generator[None, None, Pushed]:
    """Send the batch as one import document; the report tells each target's fate."""
    batch = run.batch
    pushed = yield from push_batch(
        batch.entity,
        batch.targets,
        client,
        website=batch.group[0],
        bell=bell,
        traceparent=batch.traceparent,
    )
    run.settle(pushed.outcomes)
    return pushed


def _lease(entity: Entity, group: WebsiteGroup, count: int) -> timedelta:
    """Return how long a run over `count` entities may take at worst."""
    account = api(group[0])
    longest = account.connect_timeout * 2 + account.total_timeout
    if settings_of(entity, group).mode == ExportMode.PUSH:
        return lease_for(MOST_CALLS, parallel=1, longest_call=longest)
    return lease_for(count, parallel=account.parallel_calls, longest_call=longest)


def _summary(done: Exported) -> str:
    """Say what came of a batch of calls; what each answered is kept with its line."""
    text = f"{done.successes} successes, {done.failures} failures."
    if done.rested:
        text += f" {done.rested} not called: OrderFlow is left alone for a while."
    return text
