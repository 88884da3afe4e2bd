"""What a story is made of: steps, the sources they are read from, and how these are told as one."""

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from itertools import islice
from typing import Any, NamedTuple, Self

from django.db.models import Q, QuerySet

from orderflow_bridge.common.translation import gettext_lazy as _

PAGE_SIZE = 50


class Channel(Enum):
    """Between whom something happened; the value is an icon."""

    SENT = "outbox"
    RECEIVED = "move_to_inbox"
    SHOP = "storefront"
    CUSTOMER = "mail"
    WEBHOOK = "webhook"

    @property
    def title(self) -> str:
        """What it is called."""
        return _CHANNELS[self]


_CHANNELS = {
    Channel.SENT: _("Sent to OrderFlow"),
    Channel.RECEIVED: _("Received from OrderFlow"),
    Channel.SHOP: _("In the shop"),
    Channel.CUSTOMER: _("To the customer"),
    Channel.WEBHOOK: _("To the shop's systems"),
}


@dataclass(frozen=True)
class Place:
    """A page a step leads to: its text, the admin page ("sales_order"), its record, its tab."""

    text: str
    page: str
    pk: int
    tab: str = ""


class Cursor(NamedTuple):
    """Where one page of a story ends: the last step's moment, source and row.

    Together they are unique, so that no step is lost or told twice at the border of two pages.
    """

    at: datetime
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.rank}~{self.pk}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read a cursor from an address; None for what is none."""
        try:
            at, rank, pk = text.split("~")
            when = datetime.fromisoformat(at)
            numbers = int(rank), int(pk)
        except ValueError:
            return None
        too_long = max(map(abs, numbers)) >= 2**63
        return None if when.tzinfo is None or too_long else cls(when, *numbers)


@dataclass(frozen=True)
class Step:
    """Something that happened, said in a sentence or two.

    `label` is a result and `tone` its colour (common.pages.badge). `facts` are figures by name,
    `raw` the texts that were exchanged by name, `places` the pages it leads to. `rank` and `pk`
    name the source and the row it was read from.
    """

    at: datetime
    pk: int
    channel: Channel
    title: str
    text: str = ""
    label: str = ""
    tone: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    raw: tuple[tuple[str, str], ...] = ()
    places: tuple[Place, ...] = ()
    rank: int = 0

    @property
    def cursor(self) -> Cursor:
        """The step's place in the order of all steps."""
        return Cursor(self.at, self.rank, self.pk)


@dataclass(frozen=True)
class Story:
    """A page of steps, newest first, and where the older ones begin; None if there are none."""

    steps: Sequence[Step] = ()
    older: Cursor | None = None


def told(sources: Iterable[Sequence[Step]], *, size: int) -> Story:
    """Tell several sources as one story of at most `size` steps.

    Each source brings its newest steps, newest first, at least `size + 1` of them where it has so
    many: then none that belongs on this page can be missing.
    """
    merged = heapq.merge(*sources, key=lambda step: step.cursor, reverse=True)
    steps = list(islice(merged, size + 1))
    if len(steps) <= size:
        return Story(steps)
    shown = steps[:size]
    return Story(shown, shown[-1].cursor)


def older_than(cursor: Cursor | None, *, rank: int, at: str) -> Q:
    """Return the condition for a source's rows that lie behind the cursor; `at` is their moment.

    The first part alone narrows an index or the partitions; the second one is exact.
    """
    if cursor is None:
        return Q()
    if rank > cursor.rank:
        return Q(**{f"{at}__lt": cursor.at})
    upto = Q(**{f"{at}__lte": cursor.at})
    if rank < cursor.rank:
        return upto
    return upto & (Q(**{f"{at}__lt": cursor.at}) | Q(pk__lt=cursor.pk))


@dataclass(frozen=True)
class Subject:
    """Whom a story is about: an order's number or a SKU, and its row's id; 0 if there is none.

    `known` are steps that the row itself tells.
    """

    reference: str
    pk: int = 0
    known: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Source:
    """One kind of step. `rows` are read newest first by the column `at`, then by their id.

    `is_for_gone` marks a source that only speaks of what exists no more.
    """

    rows: Callable[[Subject], QuerySet[Any]]
    step: Callable[[Any], Step]
    at: str = "created_at"
    is_for_gone: bool = False


def story_of(subject: Subject, sources: Sequence[Source], before: Cursor | None) -> Story:
    """Return a page of a subject's story: one query per source, whatever there is to tell."""
    read = [
        _read(source, rank, subject, before)
        for rank, source in enumerate(sources)
        if not (source.is_for_gone and subject.pk)
    ]
    return told([*read, _known(subject, before)], size=PAGE_SIZE)


def _known(subject: Subject, before: Cursor | None) -> list[Step]:
    """Return the steps that the row tells, which rank below all others of their moment."""
    steps = [replace(step, rank=-1 - at) for at, step in enumerate(subject.known)]
    older = [step for step in steps if before is None or step.cursor < before]
    return sorted(older, key=lambda step: step.cursor, reverse=True)


def _read(source: Source, rank: int, subject: Subject, before: Cursor | None) -> list[Step]:
    rows = (
        source.rows(subject)
        .filter(older_than(before, rank=rank, at=source.at))
        .order_by(f"-{source.at}", "-pk")[: PAGE_SIZE + 1]
    )
    return [replace(source.step(row), rank=rank) for row in rows]
