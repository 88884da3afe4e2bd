"""Who changed which setting, when, and what it was before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from orderflow_bridge.configuration.columns import MASK, SecretColumn
from orderflow_bridge.configuration.declarations import Section, Setting
from orderflow_bridge.configuration.models import TABLES
from orderflow_bridge.configuration.services import PASSWORD_CHANGED
from orderflow_bridge.stores.models import Website

INHERITED = "(inherited)"


@dataclass(frozen=True)
class Change:
    """One setting's change in one scope. `by` is "" for a change from the command line."""

    at: datetime
    by: str
    setting: Setting
    before: str
    after: str


def changes(
    section: type[Section], website: Website | None = None, *, limit: int = 50
) -> list[Change]:
    """Return what the last `limit` savings of a section changed in a scope, newest first.

    A password is never shown, neither the old nor the new one.
    """
    history = TABLES[section].history.model.objects  # type: ignore[attr-defined]
    versions = history.filter(website=website).select_related("history_user")
    newest_first = [*versions.order_by("-history_date", "-history_id")[: limit + 1]]
    # Before the oldest version of all there was nothing of its own in the scope.
    pairs = [*pairwise(newest_first)]
    if newest_first and len(newest_first) <= limit:
        pairs.append((newest_first[-1], None))
    return [change for new, old in pairs for change in _differences(section, new, old)]


def _differences(section: type[Section], new: Any, old: Any) -> Iterator[Change]:
    by = new.history_user.get_username() if new.history_user else ""
    for setting in section.settings():
        if isinstance(setting.column, SecretColumn):
            if new.history_change_reason == PASSWORD_CHANGED:
                yield Change(new.history_date, by, setting, MASK, "changed")
            continue
        before, after = getattr(old, setting.name, None), getattr(new, setting.name)
        if before != after:
            yield Change(
                new.history_date, by, setting, _shown(setting, before), _shown(setting, after)
            )


def _shown(setting: Setting, value: Any) -> str:
    return INHERITED if value is None else setting.column.display(value) or "(none)"
