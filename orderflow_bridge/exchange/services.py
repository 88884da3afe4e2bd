"""Naming an installation; pausing and resuming."""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import PauseRefused
from orderflow_bridge.common.translation import in_english
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.exchange.environment import LIVE
from orderflow_bridge.exchange.models import Direction, Installation, Pause
from orderflow_bridge.stores.models import Website

log = structlog.get_logger(__name__)
_THE_ONE = 1
_LONGEST_REASON = 200
_LONGEST_NAME = 150


def installation() -> Installation:
    """Return the one row that says what this installation is."""
    return Installation.objects.get_or_create(pk=_THE_ONE)[0]


def take_name(*, is_new: bool) -> str:
    """Let a database that has no name yet be that of this installation, where it cannot be a copy:
    it is live, or the database is new. Returns the name, "" if nothing was named.
    """
    name = str(settings.BRIDGE_ENVIRONMENT)
    if not name or not (is_new or name == LIVE):
        return ""
    row = installation()
    unnamed = Installation.objects.filter(pk=row.pk, environment="")
    named = unnamed.update(environment=name)
    forget()
    return name if named else ""


def rename(name: str, *, endpoint: str) -> None:
    """Make a database that of another installation, pointed at an endpoint."""
    Installation.objects.update_or_create(
        pk=_THE_ONE, defaults={"environment": name, "endpoint": endpoint}
    )
    forget()
    transaction.on_commit(forget)  # for what was read in between


def pause(
    direction: Direction,
    *,
    reason: str,
    by: str,
    website: Website | None = None,
    until: datetime | None = None,
) -> Pause:
    """Hold up the exchange from now on, until a time (aware) or until somebody resumes.

    It takes the place of an earlier pause of the same. Other processes know of it within five
    seconds; what is on its way is brought to its end. Raises PauseRefused.
    """
    now = clock.now()
    if not reason.strip():
        raise PauseRefused(_("Say why: everybody reads it on every page."))
    if website is not None and direction != Direction.OUT:
        raise PauseRefused(_("Only what goes out can be paused for one website."))
    if until is not None and until <= now:
        raise PauseRefused(_("The end of a pause must lie in the future."))
    with transaction.atomic():
        _end(_open(now).filter(direction=direction, website=website), by, now)
        paused = Pause.objects.create(
            installation=installation(),
            direction=direction,
            website=website,
            reason=" ".join(reason.split())[:_LONGEST_REASON],
            paused_by=by[:_LONGEST_NAME],
            since=now,
            until=until,
        )
    forget()
    with in_english():
        what = str(paused)
    log.warning("exchange_paused", what=what, by=by, until=until, reason=paused.reason)
    return paused


def resume(
    *,
    by: str,
    direction: Direction | None = None,
    website: Website | None = None,
    pause_id: int | None = None,
) -> int:
    """End pauses that last: all, those of a direction, of a website, or one; return how many."""
    now = clock.now()
    wanted = _open(now)
    if direction is not None:
        wanted = wanted.filter(direction=direction)
    if website is not None:
        wanted = wanted.filter(website=website)
    if pause_id is not None:
        wanted = wanted.filter(pk=pause_id)
    ended = _end(wanted, by, now)
    forget()
    if ended:
        log.warning("exchange_resumed", pauses=ended, by=by)
    return ended


def _open(now: datetime) -> QuerySet[Pause]:
    return Pause.objects.filter(Q(until=None) | Q(until__gt=now), resumed_at=None)


def _end(pauses: QuerySet[Pause], by: str, now: datetime) -> int:
    return pauses.update(resumed_at=now, resumed_by=by[:_LONGEST_NAME])
