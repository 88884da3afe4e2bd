"""What stands on every page of the admin: what is paused."""

from collections.abc import Sequence
from dataclasses import dataclass

from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.selectors import pauses_now, why_it_is_paused


@dataclass(frozen=True)
class BannerLine:
    """A line; `url` is what `link` leads to, "" where there is nowhere to go."""

    head: str
    text: str
    tone: str
    icon: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Banner:
    """The lines, the most important one first."""

    lines: Sequence[BannerLine]


def banner() -> Banner:
    """Return what the reader of the page is told; nothing is asked while nothing is paused."""
    return Banner([*_pauses()])


def _pauses() -> list[BannerLine]:
    return [
        BannerLine(
            head=f"{Direction(each.direction).label} is paused.",
            text=why_it_is_paused(each),
            tone="warning",
            icon="pause_circle",
            url=admin_url("exchange_pause_resume", each.id),
            link="Resume",
        )
        for each in pauses_now()
    ]
