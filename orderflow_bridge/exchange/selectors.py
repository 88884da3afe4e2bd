"""How this installation stands: read as seldom as the settings are."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import OperationalError, ProgrammingError
from django.db.models import FilteredRelation, Q

from orderflow_bridge.client import Leave
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import ExchangeHeld
from orderflow_bridge.configuration.selectors import (
    api,
    general,
    says_table_is_missing,
    sections_read,
)
from orderflow_bridge.exchange.environment import Environment, leave_of
from orderflow_bridge.exchange.models import Direction, Installation
from orderflow_bridge.exchange.pauses import (
    ActivePause,
    ExchangeState,
    lasting,
    pause_of,
    why_paused,
)
from orderflow_bridge.stores.models import Website

_KEY = "how this installation stands"
_COLUMNS = (
    "id", "direction", "website_id", "website__name", "reason", "paused_by", "since", "until",
)  # fmt: skip


def exchange_state() -> ExchangeState:
    """Return the environment and the pauses that nobody has ended; in one statement, if any."""
    known: ExchangeState | None = sections_read.get(_KEY)
    if known is None:
        try:
            known = _exchange_state()
        except (OperationalError, ProgrammingError) as error:
            if not says_table_is_missing(error):
                raise
            return ExchangeState()  # `migrate` has not come this far yet
        sections_read.keep(_KEY, known)
    return known


def pauses_now(now: datetime | None = None) -> list[ActivePause]:
    """Return what is paused now, oldest first."""
    found = exchange_state()
    return lasting(found, now or clock.now()) if found.pauses else []


def environment() -> Environment:
    """Return which installation this is, and which one its database is of."""
    known = exchange_state()
    return Environment(
        named=settings.BRIDGE_ENVIRONMENT,
        remembered=known.environment,
        hosts=tuple(settings.BRIDGE_TEST_HOSTS),
        addresses=tuple(settings.BRIDGE_TEST_MAIL),
        endpoint=known.endpoint,
    )


def leave() -> Leave:
    """Return which calls may leave now."""
    return leave_of(environment())


def why_not_called(url: str) -> str:
    """Return why an address is not called from here, as a sentence; "" if it is."""
    return leave().why_not(url)


def why_not_out(website: Website) -> str:
    """Return why nothing of a website goes out to OrderFlow now, as a sentence; "" if it does."""
    endpoint = api(website).endpoint
    if endpoint and (why := why_not_called(endpoint)):
        return why
    return _why(Direction.OUT, website.pk)


def why_not_applied() -> str:
    """Return why what has come in is not applied now, as a sentence; "" if it is."""
    return _why(Direction.IN, None)


def refuse_while_held_out(website: Website) -> None:
    """Raise ExchangeHeld where nothing of a website may go out now, or from here."""
    if why := why_not_out(website):
        raise ExchangeHeld(why)


def refuse_while_held_in() -> None:
    """Raise ExchangeHeld where what has come in may not be applied now."""
    if why := why_not_applied():
        raise ExchangeHeld(why)


def why_it_is_paused(pause: ActivePause) -> str:
    """Return a sentence for people: who paused it, until when by the shop's clock, and why."""
    return why_paused(pause, shop_zone())


def shop_zone() -> ZoneInfo:
    """Return the zone in which people are told when a pause ends."""
    return ZoneInfo(general().timezone)


def _why(direction: Direction, website_id: int | None) -> str:
    found = exchange_state()
    pause = pause_of(found, direction, website_id, clock.now()) if found.pauses else None
    return why_paused(pause, shop_zone()) if pause else ""


def _exchange_state() -> ExchangeState:
    now = clock.now()
    lasts = Q(pauses__until=None) | Q(pauses__until__gt=now)
    open_pauses = FilteredRelation("pauses", condition=Q(pauses__resumed_at=None) & lasts)
    columns = [f"open__{name}" for name in _COLUMNS]
    rows = list(
        Installation.objects.annotate(open=open_pauses)
        .order_by("open__id")
        .values_list("environment", "endpoint", *columns)
    )
    pauses = tuple(ActivePause(*row[2:]) for row in rows if row[2] is not None)
    return ExchangeState(rows[0][0], rows[0][1], pauses) if rows else ExchangeState()
