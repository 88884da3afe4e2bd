"""The history of what is no setting but decided like one: rows of maps, under paths of their own.

Values are JSON; they stand in the same table as the changes of settings.
"""

import json
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from orderflow_bridge.configuration.models import SettingChange
from orderflow_bridge.configuration.transfer.parts import DEFAULT, State
from orderflow_bridge.stores.models import Website

_LONGEST_PATH = 255


def write_journal(
    path: str, before: Any, after: Any, *, website: Website | None, by: User | None
) -> None:
    """Note what became of the thing with this path; None is not there. The same is no change."""
    if before == after:
        return
    SettingChange.objects.create(
        website=website,
        path=path[:_LONGEST_PATH],
        before=_text(before),
        after=_text(after),
        changed_at=timezone.now(),
        changed_by=by,
    )


def journal_at(prefix: str, since: datetime) -> State:
    """Return what things whose paths begin so had been, if they were changed after a moment."""
    scopes: dict[int | None, str] = {None: DEFAULT}
    scopes |= dict(Website.objects.values_list("pk", "code"))
    state: dict[str, dict[str, Any]] = {}
    rows = SettingChange.objects.filter(changed_at__gt=since, path__startswith=prefix)
    for website, path, before in rows.order_by("pk").values_list("website_id", "path", "before"):
        if website in scopes:
            key = path.removeprefix(prefix)
            found = None if before is None else json.loads(before)
            state.setdefault(scopes[website], {}).setdefault(key, found)
    return state


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False)
