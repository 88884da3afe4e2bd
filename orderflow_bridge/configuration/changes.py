"""Who changed which setting, when, and what it was before.

simple_history keeps a copy of a scope's row for every saving of a section; a change is what tells
one copy from the one before it. A password is in none of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import IntegerField, QuerySet, Value, Window
from django.db.models.functions import Lag

from orderflow_bridge.configuration.columns import MASK, SecretColumn
from orderflow_bridge.configuration.declarations import Section, Setting
from orderflow_bridge.configuration.models import TABLES
from orderflow_bridge.configuration.services import secrets_changed
from orderflow_bridge.stores.models import Website

INHERITED = "(inherited)"
MOST_SECTIONS = 6
_COLUMNS = ("number", "history_id", "history_date", "previous")
# A section's number, a copy's id, its time, and the id of the copy before it in the same scope.
_Version = tuple[int, int, datetime, int | None]


class Scopes(Enum):
    """Stands for every scope, where a website, or None for Default Config, stands for one."""

    ALL = "all"


@dataclass(frozen=True)
class Change:
    """One setting's change in one scope. `by` is "" for a change from the command line."""

    at: datetime
    by: str
    section: type[Section]
    scope: str
    setting: Setting
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """Changes, newest first; older ones were made before `older_than`, if that is not None."""

    found: list[Change]
    older_than: datetime | None


def changes(
    sections: Sequence[type[Section]],
    scope: Website | Scopes | None = Scopes.ALL,
    *,
    before: datetime | None = None,
    limit: int = 50,
) -> Changes:
    """Return what the last `limit` savings of these sections changed, in one scope or in all.

    `before` (aware) leaves out what was saved then or later. Takes one query, and another for each
    section that was found changed: of very mixed savings, fewer are returned.
    """
    versions = _versions(sections, scope, before, limit + 1) if sections else []
    shown = _of_few_sections(versions[:limit])
    rows = _rows(sections, shown)
    found = [
        change
        for number, version, _, previous in shown
        for change in _differences(
            sections[number], rows[number, version], rows.get((number, previous))
        )
    ]
    return Changes(found, shown[-1][2] if len(versions) > len(shown) else None)


def _versions(
    sections: Sequence[type[Section]],
    scope: Website | Scopes | None,
    before: datetime | None,
    count: int,
) -> list[_Version]:
    """Return the newest copies of all sections.

    The copies of a scope follow one another; before the oldest one the scope had nothing of its
    own.
    """
    first, *others = (
        _copies_of(section, number, scope, before) for number, section in enumerate(sections)
    )
    copies = first.union(*others, all=True) if others else first
    return list(copies.order_by("-history_date", "-history_id")[:count])


def _copies_of(
    section: type[Section], number: int, scope: Website | Scopes | None, before: datetime | None
) -> QuerySet[Any, Any]:
    copies = _history(section).order_by()
    if not isinstance(scope, Scopes):
        copies = copies.filter(website=scope)
    if before is not None:
        copies = copies.filter(history_date__lt=before)
    return copies.annotate(
        number=Value(number, output_field=IntegerField()),
        previous=Window(Lag("history_id"), partition_by="website_id", order_by="history_id"),
    ).values_list(*_COLUMNS)


def _of_few_sections(versions: list[_Version]) -> list[_Version]:
    """Return the newest copies, up to where one section too many would come in."""
    seen: set[int] = set()
    for place, (number, *_) in enumerate(versions):
        seen.add(number)
        if len(seen) > MOST_SECTIONS:
            return versions[:place]
    return versions


def _rows(
    sections: Sequence[type[Section]], versions: Sequence[_Version]
) -> dict[tuple[int, int | None], Any]:
    """Return the copies themselves by section's number and id, with those before them."""
    wanted: dict[int, set[int]] = {}
    for number, version, _, previous in versions:
        wanted.setdefault(number, set()).update({version, previous or version})
    return {
        (number, row.history_id): row
        for number, ids in wanted.items()
        for row in _history(sections[number])
        .filter(history_id__in=ids)
        .select_related("history_user", "website")
    }


def _history(section: type[Section]) -> QuerySet[Any, Any]:
    return TABLES[section].history.model.objects.all()  # type: ignore[attr-defined]


def _differences(section: type[Section], new: Any, old: Any) -> Iterator[Change]:
    by = new.history_user.get_username() if new.history_user else ""

    def change(setting: Setting, before: str, after: str) -> Change:
        return Change(new.history_date, by, section, _scope(new), setting, before, after)

    secrets = secrets_changed(new.history_change_reason)
    for setting in section.settings():
        if isinstance(setting.column, SecretColumn):
            if setting.name in secrets:
                yield change(setting, MASK, "changed")
            continue
        before, after = getattr(old, setting.name, None), getattr(new, setting.name)
        if before != after:
            yield change(setting, _shown(setting, before), _shown(setting, after))


def _scope(version: Any) -> str:
    if version.website_id is None:
        return "Default Config"
    return version.website.name if version.website else f"Website {version.website_id} (deleted)"


def _shown(setting: Setting, value: Any) -> str:
    return INHERITED if value is None else setting.column.display(value) or "(none)"
