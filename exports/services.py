"""Exports: claim what is due, tell OrderFlow, settle (decisions.md §4.4, §6).

Any number of workers may do this at once, by schedule and by hand. No transaction is open while
OrderFlow is called, and whatever it has answered is committed at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta

from django.utils import timezone

from exports.alerts import Problem, raise_alerts
from exports.announcing import announce
from exports.breaker import Admission, EndpointMemory
from exports.claims import Batch, claim_due, claim_these, lease_for, unfetched_text
from exports.instances import (
    WebsiteGroup,
    breaker_policy,
    client_of,
    credentials_of,
    settings_of,
)
from exports.outcomes import Fate, Outcome
from exports.push import push_batch
from exports.recovery import recover_interrupted
from exports.retries import RetryPolicy
from exports.selectors import is_anything_due
from exports.settling import close, settle
from orderflow_bridge.client import OrderFlowClient
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.configuration.sections import ExportMode
from orderflow_bridge.configuration.selectors import api

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
        names = [field.name for field in fields(self)]
        return Exported(*(getattr(self, name) + getattr(other, name) for name in names))


def run_export(entity: Entity, operation: Operation, group: WebsiteGroup) -> Exported:
    """Announce the next batch of what is due on these websites, which share an OrderFlow instance.

    Must not be called inside a transaction. Raises ExportNotConfigured when OrderFlow cannot be
    reached for want of a setting; then nothing is claimed and no attempt is counted.
    """
    recover_interrupted(entity)
    if not is_anything_due(entity, operation, group, now=timezone.now()):
        return Exported()
    settings = settings_of(entity, group)

    def claim(limit: int) -> Batch:
        return claim_due(
            entity, operation, group,
            limit=limit, lease=_lease(group, limit), max_attempts=settings.max_attempts,
        )  # fmt: skip

    return _run(entity, group, claim, settings.batch_size)


def announce_now(
    entity: Entity, operation: Operation, group: WebsiteGroup, ids: Sequence[int], *, by: str = ""
) -> Exported:
    """Announce these products or orders whether or not it is their turn. Else as `run_export`."""
    waiting = list(ids)

    def claim(limit: int) -> Batch:
        some, waiting[:] = waiting[:limit], waiting[limit:]
        return claim_these(entity, operation, group, some, lease=_lease(group, len(some)), by=by)

    return _run(entity, group, claim, len(waiting))


def _run(entity: Entity, group: WebsiteGroup, claim: Claiming, limit: int) -> Exported:
    """Announce up to `limit`; one alone, on trial, if OrderFlow has been failing."""
    memory = EndpointMemory(credentials_of(group[0]).base)
    admission = memory.admit(breaker_policy(group[0]))
    if admission is Admission.CLOSED:
        return Exported(resting=1)
    total = Exported()
    if admission is Admission.TRIAL:
        total += _announce(claim(1), memory)
        limit -= 1
        if memory.is_open or not limit:
            return total + Exported(resting=int(memory.is_open))
    return total + _announce(claim(limit), memory)


def _announce(batch: Batch, memory: EndpointMemory) -> Exported:
    """Tell OrderFlow about a claimed batch and settle every answer as it comes."""
    group, entity = batch.group, batch.entity
    problems = [Problem(target.reference, unfetched_text(target)) for target in batch.unfetched]
    done = Exported(unfetched=len(problems))
    if batch.targets:
        account, settings = api(group[0]), settings_of(entity, group)
        policy = RetryPolicy.of(settings, rest=account.breaker_cooloff)
        with client_of(group[0], memory=memory) as client:
            if settings.mode == ExportMode.PUSH:
                done += _push(batch, client, memory, policy, problems)
            else:
                done += _notify(batch, client, memory, policy, problems)
    raise_alerts(entity, group[0], problems)
    return done


def _notify(
    batch: Batch,
    client: OrderFlowClient,
    memory: EndpointMemory,
    policy: RetryPolicy,
    problems: list[Problem],
) -> Exported:
    """Announce each target by a call of its own (C3, C4)."""
    parallel = api(batch.group[0]).parallel_calls
    done = Exported(request_ids=(batch.request_id,))
    for outcomes in announce(batch.entity, batch.targets, client, parallel=parallel):
        done += _settled(batch, outcomes, memory, policy, problems)
    close(batch, summary=_summary(done).encode())
    return done


def _push(
    batch: Batch,
    client: OrderFlowClient,
    memory: EndpointMemory,
    policy: RetryPolicy,
    problems: list[Problem],
) -> Exported:
    """Send the batch as one import document (C5d, C5e); the report tells each target's fate."""
    pushed = push_batch(batch.entity, batch.targets, client, website=batch.group[0])
    done = Exported(request_ids=(batch.request_id,))
    done += _settled(batch, pushed.outcomes, memory, policy, problems)
    close(batch, summary=pushed.report or _summary(done).encode(), document=pushed.document)
    return done


def _settled(
    batch: Batch,
    outcomes: Sequence[Outcome],
    memory: EndpointMemory,
    policy: RetryPolicy,
    problems: list[Problem],
) -> Exported:
    """Settle outcomes, collect the dead letters among them, and count."""
    dead = settle(batch, outcomes, policy)
    problems.extend(Problem(outcome.target.reference, outcome.text) for outcome in dead)
    failed = [outcome for outcome in outcomes if outcome.fate is Fate.FAILED]
    memory.publish(failed[-1].text if failed else "")
    fates = [outcome.fate for outcome in outcomes]
    return Exported(
        successes=fates.count(Fate.ANNOUNCED) + fates.count(Fate.TAKEN),
        duplicates=fates.count(Fate.KNOWN),
        failures=len(failed),
        rested=fates.count(Fate.GIVEN_BACK),
    )


def _lease(group: WebsiteGroup, count: int) -> timedelta:
    account = api(group[0])
    longest = account.connect_timeout * 2 + account.total_timeout
    return lease_for(count, parallel=account.parallel_calls, longest_call=longest)


def _summary(done: Exported) -> str:
    """Say what came of a batch of calls; what each answered is kept with its line."""
    text = f"{done.successes} successes, {done.failures} failures."
    if done.rested:
        text += f" {done.rested} not called: OrderFlow is left alone for a while."
    return text
