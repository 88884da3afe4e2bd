"""The tab "Attempts" of a message: everything that was tried with it, as a list, newest first.

It is read from what the queue and the history keep; nothing is stored for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.leases import delay_after
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.columns import Shown
from orderflow_bridge.console.pages import Section, Table, badge, folded, link, table, time_cell
from orderflow_bridge.request_queue.models import Request

SLUG, TITLE = "attempts", gettext_lazy("Attempts")
MOST_ATTEMPTS = 50
MOST_CHARACTERS = 4_000
NOW = gettext_lazy("now")
_REQUEUED = ", requeued by "
_REPLAYED = " (replay)"


@dataclass(frozen=True)
class Attempt:
    """Something that was tried: what, with which outcome, and its details.

    `at` is None for what is under way. `took` is None where it is not known. `url` leads to the
    message it belongs to, unless that is the page itself. `tone` is as in `console.pages.badge`.
    """

    at: datetime | None
    what: Any
    outcome: str
    tone: str = ""
    took: timedelta | None = None
    text: Any = ""
    details: tuple[tuple[str, str], ...] = ()
    url: str = ""


def attempts_section(
    attempts: Iterable[Attempt], *, took: str, empty: str, note: str = ""
) -> Section:
    """Return the tab. `took` is the heading of the durations, `empty` said where nothing was tried.

    What is under way stands first; of the same moment, what was given later.
    """
    given = list(enumerate(attempts))
    given.sort(key=lambda each: (each[1].at is None, each[1].at or clock.now(), each[0]))
    rows = [_row(attempt) for _place, attempt in reversed(given)]
    columns = (_("Time"), _("Attempt"), _("Outcome"), took, _("Details"))
    return table(SLUG, TITLE, Table(columns, rows, empty=empty, note=note))


def _row(attempt: Attempt) -> tuple[Any, ...]:
    details = [(name, text[:MOST_CHARACTERS]) for name, text in attempt.details]
    told = format_html("<div>{}{}</div>", attempt.text, folded(_("Details"), *details))
    return (
        link(time_cell(attempt.at, empty=NOW), attempt.url),
        attempt.what,
        badge(attempt.outcome, attempt.tone),
        duration(attempt.took),
        Shown(told, attempt.text),
    )


def duration(took: timedelta | None) -> str:
    """Return a duration as 0.213 s or 1:02:03; "" for one that is not known."""
    if took is None:
        return ""
    seconds = max(took.total_seconds(), 0)
    return f"{seconds:.3f} s" if seconds < 60 else str(timedelta(seconds=round(seconds)))


def how_it_came(received_by: str) -> str:
    """Return how a message got into the queue, as its "Received from" tells it."""
    _before, requeued, user = received_by.rpartition(_REQUEUED)
    if requeued:
        return _("Requeued by %(user)s") % {"user": user}
    if received_by.endswith(_REPLAYED):
        return _("Replayed by %(user)s") % {"user": received_by.removesuffix(_REPLAYED)}
    if received_by:
        return _("Received from %(user)s") % {"user": received_by}
    return _("Received")


def last_failure(request: Request) -> tuple[int, datetime] | None:
    """Return which attempt of a waiting request failed last, and when; None where none did.

    The time is reckoned back from the delay that `common.leases.put_off` gave it.
    """
    number = request.attempts - is_at_work(request)
    if request.processed_at or number < 1 or not request.retry_at:
        return None
    return number, request.retry_at - delay_after(number)


def is_at_work(request: Request) -> bool:
    """Tell whether a worker holds a request just now."""
    held = request.claimed_until
    return request.processed_at is None and held is not None and held > clock.now()
