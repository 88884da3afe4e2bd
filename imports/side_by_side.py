"""Working off the whole queue, with the help of other workers (docs/stock.md, "Many messages").

A run processes one batch after another while more wait. Where very many do, it invites helpers, by
a row and a wake-up each. Whoever takes up an invitation claims batches as the run does and writes
its counters into the row; what nobody takes up is withdrawn when the run ends.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta

import structlog
from django.db import connection
from django.db.models import Q

from imports.helping import ArrivalWake, ImportHelper
from imports.history import summarize_lines
from imports.services import SETTINGS, Processed, process_imports
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.exceptions import ImportsDisabled
from orderflow_bridge.common.leases import LEASE
from orderflow_bridge.configuration.sections.imports import WhenMoreWait
from orderflow_bridge.request_queue.claiming import count_claimable

# A run ends after this time at the latest, so that its sentence is read; the next one goes on.
LONGEST_RUN = timedelta(minutes=10)
# A helper gives its worker back after this time: other jobs wait for one, too.
LONGEST_HELP = timedelta(seconds=30)
BETWEEN_WAKES = timedelta(seconds=2)
_FORGOTTEN_AFTER = timedelta(days=1)
_LOOK_AGAIN_SECONDS = 0.2
_NOT_BEGUN = Q(alive_until=None)
Wake = Callable[[int], object]

log = structlog.get_logger(__name__)


def work_off(entity: Entity, *, wake: Wake | None = None) -> Processed:
    """Process waiting messages of one kind, batch after batch, until none is left.

    With *When More Wait* = "Wait for the next run", one batch. `wake` gets the id of an
    invitation and wakes a worker for it; without it, and on SQLite, which has one writer, nobody is
    invited. Must not be called inside a transaction. Raises ImportsDisabled as `process_imports`.
    """
    started = time.monotonic()
    helpers: list[int] = []
    settings = SETTINGS[entity]()
    may_invite = wake is not None and connection.vendor == "postgresql"
    if wake and may_invite and settings.when_more_wait == WhenMoreWait.GO_ON:
        # What this run takes itself still waits.
        most, own = settings.parallel_workers - 1, settings.batch_size
        helpers += _invite(entity, helpers, most, settings.batch_size, wake, own=own)
    total = last = process_imports(entity)
    while time.monotonic() - started < LONGEST_RUN.total_seconds():
        settings = SETTINGS[entity]()
        if settings.when_more_wait == WhenMoreWait.NEXT_RUN:
            break
        if last.claimed >= settings.batch_size:
            if wake and may_invite:
                most = settings.parallel_workers - 1
                helpers += _invite(entity, helpers, most, settings.batch_size, wake)
        elif not _count(helpers, _at_work()):
            break
        else:
            time.sleep(_LOOK_AGAIN_SECONDS)
        try:
            last = process_imports(entity)
        except ImportsDisabled:  # switched off meanwhile: what is left waits
            break
        total += last
    if total.requests:
        summarize_lines(clock.now().date())
    return total + _collect(helpers)


def help_out(helper_id: int) -> Processed:
    """Take up an invitation: process batches until none is left, for half a minute at most.

    Harmless when repeated: an invitation that was withdrawn or taken up is left alone.
    """
    mine = ImportHelper.objects.filter(pk=helper_id)
    if not mine.filter(alive_until=None).update(alive_until=clock.now() + LEASE):
        return Processed()
    entity = Entity(mine.values_list("entity", flat=True).get())
    started = time.monotonic()
    total = Processed()
    try:
        while time.monotonic() - started < LONGEST_HELP.total_seconds():
            done = process_imports(entity)
            total += done
            if not done.claimed:
                break
            mine.update(alive_until=clock.now() + LEASE, processed=asdict(total))
    except ImportsDisabled:
        log.info("import_switched_off", helper=helper_id)
    finally:
        mine.update(finished_at=clock.now(), processed=asdict(total))
    return total


def wake_is_due(entity: Entity) -> timedelta | None:
    """Decide on a wake-up for a message that has just arrived: how long from now, or None.

    None means that a wake-up which will find the message is on its way already. There is one in two
    seconds at most, whichever process takes messages in.
    """
    now = clock.now()
    wakes = ArrivalWake.objects.filter(entity=entity)
    last = wakes.values_list("wake_at", flat=True).first()
    if last is None:
        ArrivalWake.objects.bulk_create(
            [ArrivalWake(entity=entity, wake_at=now)], ignore_conflicts=True
        )
        return timedelta()
    if now < last <= now + BETWEEN_WAKES:
        return None
    # A time further ahead was written by a clock that was wrong.
    is_soon = now - BETWEEN_WAKES < last <= now
    wake_at = last + BETWEEN_WAKES if is_soon else now
    # Whoever was faster wakes a worker after this message was committed, too.
    if not wakes.filter(wake_at=last).update(wake_at=wake_at):
        return None
    return BETWEEN_WAKES if is_soon else timedelta()


def _invite(
    entity: Entity, helpers: Sequence[int], most: int, batch_size: int, wake: Wake, *, own: int = 0
) -> list[int]:
    """Invite as many as may help, are not yet invited, and would find a batch each.

    `own` are the messages that the run is about to take.
    """
    free = most - _count(helpers, _at_work() | _NOT_BEGUN)
    if free <= 0:
        return []
    waiting = count_claimable(RequestType.IMPORT, entity, most=own + free * batch_size) - own
    now = clock.now()
    ImportHelper.objects.filter(invited_at__lt=now - _FORGOTTEN_AFTER).delete()
    invited = [
        ImportHelper.objects.create(entity=entity, invited_at=now).pk
        for _ in range(max(waiting, 0) // batch_size)
    ]
    for helper_id in invited:
        wake(helper_id)
    return invited


def _at_work() -> Q:
    """Return the condition for those that have begun, have not finished and are alive."""
    return Q(alive_until__gt=clock.now(), finished_at=None)


def _count(helpers: Sequence[int], state: Q) -> int:
    return ImportHelper.objects.filter(state, pk__in=helpers).count() if helpers else 0


def _collect(helpers: Sequence[int]) -> Processed:
    """Withdraw the invitations that nobody took up, and add up what the others did."""
    if not helpers:
        return Processed()
    ImportHelper.objects.filter(_NOT_BEGUN, pk__in=helpers).delete()
    total = Processed()
    for counters in ImportHelper.objects.filter(pk__in=helpers).values_list("processed", flat=True):
        total += Processed(**{**counters, "helpers": 1})
    ImportHelper.objects.filter(pk__in=helpers, finished_at__isnull=False).delete()
    return total
