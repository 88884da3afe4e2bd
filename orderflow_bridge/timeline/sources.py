"""How a source is read: its rows, their moment, and the step each of them is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from orderflow_bridge.timeline.steps import Cursor, Step, Story, older_than, told

PAGE_SIZE = 50


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
