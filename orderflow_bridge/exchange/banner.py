"""What stands on every page of the admin and at its login: the environment, and what is paused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.common.worded import shown
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.exchange.environment import LIVE, why_copy
from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.selectors import environment, pauses_now, why_it_is_paused

_PAUSED = {
    Direction.ALL: gettext_lazy("Everything is paused."),
    Direction.OUT: gettext_lazy("What goes out to OrderFlow is paused."),
    Direction.IN: gettext_lazy("What has come in from OrderFlow is paused."),
}


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


def banner(request: HttpRequest) -> Banner:
    """Return what the reader of the page is told: a guest, which installation this is."""
    is_staff = hasattr(request, "user") and request.user.is_active and request.user.is_staff
    return Banner([*_environment(), *(_pauses() if is_staff else ())])


def label(request: HttpRequest) -> list[str]:
    """Return the environment's name and its colour, for the head of every page."""
    found = environment()
    name = found.named or found.remembered
    if not name:
        return []
    return [name, "danger" if found.is_copy or name == LIVE else "info"]


def title_prefix(request: HttpRequest) -> str:
    """Return what stands before the title of a page: nothing, where this is live."""
    found = environment()
    if found.is_live:
        return ""
    name = found.named or _("copy of %(name)s") % {"name": found.remembered}
    return f"[{name}]"


def _environment() -> Iterator[BannerLine]:
    found = environment()
    if why := why_copy(found):
        yield BannerLine(
            _("This installation exchanges with nobody."), shown(why), "danger", "content_copy"
        )
    elif not found.is_live:
        yield BannerLine(
            _("This is “%(name)s”.") % {"name": found.named},
            _("Only listed hosts are called, and only listed addresses get mail."),
            "info",
            "science",
        )


def _pauses() -> Iterator[BannerLine]:
    for each in pauses_now():
        yield BannerLine(
            _PAUSED[Direction(each.direction)],
            shown(why_it_is_paused(each)),
            "warning",
            "pause_circle",
            admin_url("exchange_pause_resume", each.id),
            _("Resume"),
        )
