"""Change the configuration of one scope."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.configuration.declarations import Scope, Section, Setting
from orderflow_bridge.configuration.models import SettingChange, SettingValue
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.stores.models import Website

_ADVISORY_LOCK = 270_410


@transaction.atomic
def write_settings(
    section: type[Section],
    values: Mapping[str, Any],
    *,
    website: Website | None = None,
    by: User | None = None,
) -> list[str]:
    """Give a scope its own values; None takes one away, so that the wider scope decides again.

    `values` are Python values by field name; fields that are not named stay as they are. `by` is
    who changes them, None for the command line. Returns the names of the fields that changed.
    Raises ValidationError, by field, if one is not acceptable; then nothing is changed.
    """
    lock_configuration()
    named = {each.name: each for each in section.settings()}
    wanted = {named[name]: value for name, value in values.items()}
    paths = {each.path: each for each in wanted}
    found = SettingValue.objects.filter(website=website, path__in=paths)
    rows = {row.path: row for row in found}
    before = {path: row.value for path, row in rows.items()}
    own = {path: paths[path].load(text) for path, text in before.items()}
    changed = {each: value for each, value in wanted.items() if value != own.get(each.path)}
    after = _texts(changed, website)
    _store(after, rows, website)
    now = timezone.now()
    SettingChange.objects.bulk_create(
        SettingChange(
            website=website,
            path=each.path,
            before=None if each.is_secret else before.get(each.path),
            after=None if each.is_secret else after[each.path],
            changed_at=now,
            changed_by=by,
        )
        # Read newest first, the changes of a saving stand in the order of the page.
        for each in reversed(changed)
    )
    forget()
    transaction.on_commit(forget)  # for what was read in between
    return [setting.name for setting in changed]


def lock_configuration() -> None:
    """Keep others from writing the configuration until the transaction ends.

    It is no row's lock: a scope's first value has no row yet. On SQLite transactions that write
    take turns anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))


def _store(
    texts: Mapping[str, str | None], rows: Mapping[str, SettingValue], website: Website | None
) -> None:
    """Update, make and delete rows, so that the scope has these texts and no text for None."""
    kept = {path: text for path, text in texts.items() if text is not None}
    old = [rows[path] for path in kept if path in rows]
    for row in old:
        row.value = kept[row.path]
    SettingValue.objects.bulk_update(old, ["value"])
    SettingValue.objects.bulk_create(
        SettingValue(website=website, path=path, value=text)
        for path, text in kept.items()
        if path not in rows
    )
    gone = [row.pk for path, row in rows.items() if path in texts and path not in kept]
    SettingValue.objects.filter(pk__in=gone).delete()


def _texts(changed: Mapping[Setting, Any], website: Website | None) -> dict[str, str | None]:
    """Return what to store by path, None where nothing is. Raises ValidationError, by field."""
    texts: dict[str, str | None] = {}
    errors: dict[str, ValidationError] = {}
    for setting, value in changed.items():
        try:
            texts[setting.path] = _text(setting, value, website)
        except ValidationError as error:
            errors[setting.name] = error
    if errors:
        raise ValidationError(errors)
    return texts


def _text(setting: Setting, value: Any, website: Website | None) -> str | None:
    if value is None:
        return None
    if website and setting.scope is Scope.GLOBAL:
        raise ValidationError(_("This setting is global: it has no value per website."))
    return setting.kind.dump(setting.kind.clean(value))
