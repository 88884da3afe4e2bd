"""The settings of every scope as a part of a configuration file, under Magento's paths.

Values are the texts that the database keeps, but for a store view, which is named by its code:
its number differs from shop to shop.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.changes import INHERITED
from orderflow_bridge.configuration.declarations import Scope, Section, Setting
from orderflow_bridge.configuration.kinds import MASK, StoreView
from orderflow_bridge.configuration.models import SettingChange, SettingValue
from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.configuration.selectors import where_it_went
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.configuration.stored_secrets import Unreadable
from orderflow_bridge.configuration.transfer.parts import (
    DEFAULT,
    Change,
    Part,
    SecretText,
    State,
    scope_names,
    shown,
)
from orderflow_bridge.stores.models import Store, Website

_Declared = tuple[type[Section], Setting]


@cache
def _declared() -> dict[str, _Declared]:
    return {each.path: (section, each) for section in SECTIONS for each in section.settings()}


def read() -> State:
    """Return every setting of every scope; None for what is inherited, three statements.

    A secret that cannot be read, because its key is gone, is not named.
    """
    scopes, stores = scope_names(), _stores()
    state: dict[str, dict[str, Any]] = {
        scope: {
            path: None
            for path, (_, setting) in _declared().items()
            if website is None or setting.scope is Scope.WEBSITE
        }
        for website, scope in scopes.items()
    }
    rows = SettingValue.objects.filter(path__in=_declared())
    for website, path, stored in rows.values_list("website_id", "path", "value"):
        of_scope = state[scopes[website]]
        if path not in of_scope:
            continue
        value = _declared()[path][1].load(stored)
        if isinstance(value, Unreadable):
            del of_scope[path]
        elif value is not None:
            of_scope[path] = _to_file(_declared()[path][1], value, stores)
    return state


def clean(scope: str, path: str, value: Any, by: User | None) -> Any:
    """Return a setting's value as `read` would. Raises ValidationError if it may not be written."""
    if value is None and where_it_went(path):
        return None  # an older release's file names every setting
    section, setting = _found(path)
    if by is not None and not by.has_perm(f"configuration.change_{section.model_name}"):
        raise ValidationError(
            _("You may not change the settings of %(title)s.") % {"title": section.title}
        )
    if scope != DEFAULT and setting.scope is Scope.GLOBAL:
        raise ValidationError(_("This setting is global: it has no value per website."))
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValidationError(_("A setting is a text in quotation marks, or null."))
    return _to_file(setting, _from_file(setting, value), _stores(setting))


def write(changes: Sequence[Change], by: User | None) -> None:
    """Give the scopes their values, and take away what is inherited."""
    pages: dict[tuple[str, type[Section]], dict[str, Any]] = defaultdict(dict)
    for each in changes:
        section, setting = _found(each.key)
        value = None if each.after is None else _from_file(setting, each.after)
        pages[each.scope, section][setting.name] = value
    websites = {each.code: each for each in Website.objects.all()}
    for (scope, section), values in pages.items():
        write_settings(section, values, website=websites[scope] if scope else None, by=by)


def at(since: datetime) -> tuple[State, list[str]]:
    """Return what settings that were changed since then had been, from their history."""
    scopes, stores = scope_names(), _stores()
    state: dict[str, dict[str, Any]] = {}
    notes: list[str] = []
    rows = SettingChange.objects.filter(changed_at__gt=since, path__in=_declared()).order_by("pk")
    for website, path, before in rows.values_list("website_id", "path", "before"):
        setting = _declared()[path][1]
        if website not in scopes or path in state.get(scopes[website], {}):
            continue
        if setting.is_secret:
            note = f"{setting.label} was changed since. Secrets are in no history: it stays."
            notes += [note] if note not in notes else []
            continue
        value = None if before is None else setting.load(before)
        text = None if value is None else _to_file(setting, value, stores)
        state.setdefault(scopes[website], {})[path] = text
    return state, notes


def label(path: str) -> str:
    """Return the page and label of a setting, or its path."""
    if path not in _declared():
        return path
    section, setting = _declared()[path]
    return f"{section.title}: {setting.label}"


def show(path: str, value: Any) -> str:
    """Return a setting's value as its page shows it; a secret is masked."""
    if value is None:
        return str(INHERITED)
    setting = _declared()[path][1] if path in _declared() else None
    if setting is None or isinstance(setting.kind, StoreView):
        return shown(value)
    if setting.is_secret:
        return MASK
    return setting.kind.display(setting.load(value)) or _("(none)")


def _found(path: str) -> _Declared:
    if path not in _declared():
        raise ValidationError(where_it_went(path) or _("This bridge has no such setting."))
    return _declared()[path]


def _stores(setting: Setting | None = None) -> dict[int, str]:
    """Return the store views' codes, for a setting that names one, or for all settings."""
    if setting is not None and not isinstance(setting.kind, StoreView):
        return {}
    return dict(Store.objects.values_list("pk", "code"))


def _to_file(setting: Setting, value: Any, stores: dict[int, str]) -> str:
    if setting.is_secret:
        return SecretText(value)
    if isinstance(setting.kind, StoreView):
        return stores.get(value, str(value))
    return setting.kind.dump(value)


def _from_file(setting: Setting, text: str) -> Any:
    """Read a value. Raises ValidationError, in a sentence, for what the setting refuses."""
    if isinstance(setting.kind, StoreView):
        store = Store.objects.filter(code=text).first() if "\0" not in text else None
        if store is None:
            raise ValidationError(_("There is no store view “%(text)s”.") % {"text": text})
        return store.pk
    try:
        loaded = text if setting.is_secret else setting.kind.load(text)
        return setting.kind.clean(loaded)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValidationError(_("This value cannot be read.")) from error


SETTINGS = Part(
    "settings", gettext_lazy("Settings"), read, clean, write, label=label, show=show, at=at
)
