"""May this installation exchange, now, with whom? Judged from what is known; nothing is read."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from orderflow_bridge.common.worded import Worded, joined, worded, worded_time
from orderflow_bridge.exchange.models import Direction


@dataclass(frozen=True)
class ActivePause:
    """A pause that nobody has ended; times are aware. Its own end may have come meanwhile."""

    id: int
    direction: str
    website_id: int | None
    website: str | None
    reason: str
    by: str
    since: datetime
    until: datetime | None

    def lasts(self, now: datetime) -> bool:
        """Tell whether its own end has not come yet."""
        return self.until is None or now < self.until

    def holds(self, direction: Direction, website_id: int | None) -> bool:
        """Tell whether it holds up what goes this way, of a website where it has one."""
        if self.direction not in (Direction.ALL, direction):
            return False
        return self.website_id is None or self.website_id == website_id


@dataclass(frozen=True)
class ExchangeState:
    """What the database says of this installation: whose it is, where it was pointed, what is
    paused.
    """

    environment: str = ""
    endpoint: str = ""
    pauses: tuple[ActivePause, ...] = ()


def pause_of(
    state: ExchangeState, direction: Direction, website_id: int | None, now: datetime
) -> ActivePause | None:
    """Return what holds up one direction, of a website for OUT: the pause that lasts longest."""
    holding = [
        each for each in state.pauses if each.lasts(now) and each.holds(direction, website_id)
    ]
    return max(holding, key=_end, default=None)


def lasting(state: ExchangeState, now: datetime) -> list[ActivePause]:
    """Return the pauses that hold something up now, oldest first."""
    return [each for each in state.pauses if each.lasts(now)]


def why_paused(pause: ActivePause, zone: ZoneInfo) -> Worded:
    """Return a sentence: who paused it, until when by the shop's clock, and why."""
    told = {"user": pause.by, "reason": pause.reason.rstrip(".")}
    if pause.until:
        end = worded_time(pause.until.astimezone(zone))
        text = worded("Paused by %(user)s until %(end)s: %(reason)s.", end=end, **told)
    else:
        text = worded("Paused by %(user)s until it is resumed: %(reason)s.", **told)
    return joined([pause.website, text], by=": ") if pause.website else text


def _end(pause: ActivePause) -> tuple[bool, float]:
    return (pause.until is None, pause.until.timestamp() if pause.until else 0.0)
