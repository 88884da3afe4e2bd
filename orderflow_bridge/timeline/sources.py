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

    `beginning` is its first step, known from the row itself.
    """

    reference: str
    pk: int = 0
    beginning: Step | None = None


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
    return told([*read, _beginning(subject, before)], size=PAGE_SIZE)


def _beginning(subject: Subject, before: Cursor | None) -> list[Step]:
    """Return the first step, which ranks below all others of its moment."""
    if subject.beginning is None:
        return []
    step = replace(subject.beginning, rank=-1)
    return [step] if before is None or step.cursor < before else []


def _read(source: Source, rank: int, subject: Subject, before: Cursor | None) -> list[Step]:
    rows = (
        source.rows(subject)
        .filter(older_than(before, rank=rank, at=source.at))
        .order_by(f"-{source.at}", "-pk")[: PAGE_SIZE + 1]
    )
    return [replace(source.step(row), rank=rank) for row in rows]
