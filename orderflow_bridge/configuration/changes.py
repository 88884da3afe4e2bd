"""Who changed which setting, when, and what it was before. A secret's values are in no change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db.models import Q
from django.utils.translation import gettext as _

from orderflow_bridge.common.formats import datetime_text, minute_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.added_pages import AddedPage, Changed
from orderflow_bridge.configuration.declarations import Section, Setting
from orderflow_bridge.configuration.kinds import MASK
from orderflow_bridge.configuration.models import SettingChange
from orderflow_bridge.stores.models import Website

INHERITED = gettext_lazy("(inherited)")


class Scopes(Enum):
    """Stands for every scope, where a website, or None for Default Config, stands for one."""

    ALL = "all"


@dataclass(frozen=True)
class Change:
    """One setting's change in one scope. `by` is "" for a change from the command line.

    Of a page that a room above has added, `setting` is what was changed there; `number` is the
    change's own.
    """

    at: datetime
    by: str
    section: type[Section] | AddedPage
    scope: str
    setting: Setting | Changed
    before: str
    after: str
    number: int

    @property
    def at_text(self) -> str:
        """When it was, on the shop's clock."""
        return datetime_text(self.at)


@dataclass(frozen=True)
class Changes:
    """Changes, newest first; older ones are `before` the number `older_than`, if there are any."""

    found: list[Change]
    older_than: int | None


def changes(
    sections: Sequence[type[Section] | AddedPage],
    scope: Website | Scopes | None = Scopes.ALL,
    *,
    before: int | None = None,
    limit: int = 50,
) -> Changes:
    """Return the last `limit` changes of these sections, in one scope or in all.

    `before` leaves out the change with this number and later ones. Takes one statement.
    """
    pages = [each for each in sections if isinstance(each, AddedPage)]
    own = [each for each in sections if not isinstance(each, AddedPage)]
    declared = {each.path: (section, each) for section in own for each in section.settings()}
    is_wanted = Q(path__in=declared)
    for page in pages:
        is_wanted |= Q(path__startswith=page.prefix)
    wanted = SettingChange.objects.filter(is_wanted)
    if not isinstance(scope, Scopes):
        wanted = wanted.filter(website=scope)
    if before is not None:
        wanted = wanted.filter(pk__lt=before)
    rows = list(wanted.select_related("changed_by", "website").order_by("-pk")[: limit + 1])
    found = [
        _change(row, *declared[row.path]) if row.path in declared else _added_change(row, pages)
        for row in rows[:limit]
    ]
    return Changes(found, rows[limit - 1].pk if len(rows) > limit else None)


def secrets_set(secrets: Sequence[Setting], scope: Website | None) -> dict[str, str]:
    """Return by path when and by whom stored secrets were set; one statement.

    One whose change was cleaned away, or made in the database, is only said to be set.
    """
    paths = [each.path for each in secrets]
    rows = SettingChange.objects.filter(path__in=paths, website=scope).select_related("changed_by")
    found = dict.fromkeys(paths, _("set"))
    for row in rows.order_by("pk"):
        time = minute_text(row.changed_at)
        by = row.changed_by.get_username() if row.changed_by else ""
        found[row.path] = (
            _("set %(time)s by %(user)s") % {"time": time, "user": by}
            if by
            else _("set %(time)s by the command line") % {"time": time}
        )
    return found


def switched_off_by(section: type[Section]) -> Change | None:
    """Return the change that switched a section's job off; None if no change did."""
    is_enabled = next(each for each in section.settings() if each.name == "is_enabled")
    rows = SettingChange.objects.filter(path=is_enabled.path)
    row = rows.select_related("changed_by", "website").order_by("-pk").first()
    if row is None or row.after is None or is_enabled.load(row.after):
        return None
    return _change(row, section, is_enabled)


def _change(row: SettingChange, section: type[Section], setting: Setting) -> Change:
    before, after = _shown(setting, row.before), _shown(setting, row.after)
    return Change(
        at=row.changed_at,
        by=row.changed_by.get_username() if row.changed_by else "",
        section=section,
        scope=_scope(row),
        setting=setting,
        before=MASK if setting.is_secret else before,
        after=_("changed") if setting.is_secret else after,
        number=row.pk,
    )


def _added_change(row: SettingChange, pages: Sequence[AddedPage]) -> Change:
    page = next(each for each in pages if row.path.startswith(each.prefix))
    return Change(
        at=row.changed_at,
        by=row.changed_by.get_username() if row.changed_by else "",
        section=page,
        scope=_scope(row),
        setting=Changed(page.label(row.path)),
        before=page.show(row.before),
        after=page.show(row.after),
        number=row.pk,
    )


def _scope(change: SettingChange) -> str:
    if change.website_id is None:
        return _("Default Config")
    if change.website is None:
        return _("Website %(number)s (deleted)") % {"number": change.website_id}
    return change.website.name


def _shown(setting: Setting, stored: str | None) -> str:
    if stored is None:
        return str(INHERITED)
    value = setting.load(stored)
    # What this version cannot read any more is shown as it was stored.
    return stored if value is None else setting.kind.display(value) or _("(none)")
