"""Why does it wait? One decision for messages, products, orders and runs of jobs.

Each kind says what there is about it (`Circumstances`); what keeps it is decided here, once, for
every list, page, timeline and address that shows something waiting (docs/problems.md).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Max
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.memory import Memory
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.changes import switched_off_by
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport
from orderflow_bridge.configuration.selectors import inventory_import, shipment_import
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import held_requests

LONGEST_SILENCE = timedelta(minutes=3)
_LONGEST_ERROR = 120
_SECTIONS: dict[Entity, tuple[type[Section], Callable[[], bool]]] = {
    Entity.INVENTORY: (InventoryImport, lambda: inventory_import().is_enabled),
    Entity.SHIPMENT: (ShipmentImport, lambda: shipment_import().is_enabled),
}
# A page with many rows asks once; what is shown may be so old.
_facts = Memory(seconds=5.0)
forget = _facts.forget


@dataclass(frozen=True)
class Circumstances:
    """What there is about something that waits. Texts are sentences; empty is what is not so.

    `never` keeps it for ever, `held` until somebody decides, `switched_off` until it is switched
    on. `is_at_work` says that a worker is at it. `silent_since` is when the scheduler last ran, if
    that is too long ago. `resting` says that the other side is left alone, `refused` that it came
    and was refused. `error` is what went wrong last, `due_at` when it is tried next. `otherwise` is
    what it waits for when nothing stands in its way.
    """

    never: str = ""
    held: str = ""
    switched_off: str = ""
    is_at_work: bool = False
    silent_since: datetime | None = None
    resting: str = ""
    refused: str = ""
    error: str = ""
    due_at: datetime | None = None
    otherwise: str = gettext_lazy("The next run of its job")


def why_waiting(found: Circumstances, now: datetime) -> str:
    """Return in one sentence why something waits: the first thing that has to change. Pure."""
    if found.never:
        return found.never
    if found.is_at_work:
        return _("Being processed now")
    for what in (found.held, found.switched_off):
        if what:
            return what
    if found.silent_since is not None:
        return _("Nothing runs since %(time)s: start beat and a worker, or add the cron entry.") % {
            "time": _time(found.silent_since, now)
        }
    if found.resting:
        return found.resting
    if found.error:
        error = Truncator(found.error).chars(_LONGEST_ERROR)
        if found.due_at is None:
            return error
        told = {"error": error, "time": _time(found.due_at, now)}
        return _("%(error)s (next try %(time)s)") % told
    if found.refused:
        return found.refused
    if found.due_at is not None and found.due_at > now:
        return next_try_text(found.due_at, now)
    return found.otherwise


def next_try_text(at: datetime, now: datetime) -> str:
    """Say that nothing stands in the way but the time of the next try."""
    return _("Its next try at %(time)s") % {"time": _time(at, now)}


def why_message_waits(request: Request) -> str:
    """Return why a request is not processed yet; "" if it is."""
    if request.processed_at:
        return ""
    now = clock.now()
    is_import = request.type == RequestType.IMPORT
    return why_waiting(
        Circumstances(
            held=_held(Entity(request.entity)) if is_import else "",
            switched_off=_switched_off(Entity(request.entity), now) if is_import else "",
            is_at_work=request.claimed_until is not None and request.claimed_until > now,
            silent_since=scheduler_silent_since(now),
            error=request.last_error,
            due_at=request.retry_at,
        ),
        now,
    )


def scheduler_silent_since(now: datetime) -> datetime | None:
    """Return when the scheduler last ran if that is too long ago; None if it runs.

    One that has never run is about to begin. The runs' table stands above this room, and is known
    here by its name.
    """
    runs = apps.get_model("scheduler", "JobRun")._default_manager.filter(created_at__lte=now)
    at: datetime = remembered(
        "last tick", lambda: runs.aggregate(at=Max("created_at"))["at"] or now
    )
    return at if now - at > LONGEST_SILENCE else None


def remembered(fact: str, read: Callable[[], Any]) -> Any:
    """Return a fact that a page with many rows reads once; it may be five seconds old."""
    known = _facts.get(fact)
    if known is None:
        known = read()
        _facts.keep(fact, known)
    return known


def _held(entity: Entity) -> str:
    """Say that all stock waits while a mass change is held."""
    if entity != Entity.INVENTORY:
        return ""
    if not remembered("held", held_requests().filter(entity=entity).exists):
        return ""
    return _("Somebody's decision: a mass change is held, to be applied or discarded")


def _switched_off(entity: Entity, now: datetime) -> str:
    if entity not in _SECTIONS:
        return ""
    section, is_enabled = _SECTIONS[entity]
    return "" if is_enabled() else _switched_off_text(section, now)


def _switched_off_text(section: type[Section], now: datetime) -> str:
    """Return that a page's job is switched off, by whom and since when, as far as it is known."""
    change = remembered(f"off {section.title}", lambda: switched_off_by(section) or "")
    if not change:
        return _("%(job)s is switched off") % {"job": section.title}
    return _("%(job)s is switched off (%(user)s, %(time)s)") % {
        "job": section.title,
        "user": change.by or _("from the command line"),
        "time": _time(change.at, now),
    }


def _time(at: datetime, now: datetime) -> str:
    """Return a time in the active zone, with its day unless that is today."""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
