"""The mapping as a part of a configuration file: `product/barcode` and what its row says."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.models import SettingChange
from orderflow_bridge.configuration.transfer.files import ConfigurationFile, write_file
from orderflow_bridge.configuration.transfer.parts import DEFAULT, Change, State, scope_names
from orderflow_bridge.configuration.transfer.parts import Part as FilePart
from orderflow_bridge.configuration.transfer.parts import parts as file_parts
from orderflow_bridge.mapping.checking import check_row, cleaned
from orderflow_bridge.mapping.rows import DEFINED, Part, Row
from orderflow_bridge.mapping.selectors import definitions, stored_rows
from orderflow_bridge.mapping.services import JOURNAL, write_row
from orderflow_bridge.stores.models import Website

NAME = "mappings"
_SWITCH = "/apply_mappings"
_RIGHT = "mapping.change_changedrow"
_NUMBERS = ("decimals", "length")


def export_mapping(*, environment: str) -> str:
    """Return a configuration file with the mapping of every scope, and whether it counts."""
    settings = file_parts()["settings"].read()
    switches = {
        scope: {path: value for path, value in things.items() if path.endswith(_SWITCH)}
        for scope, things in settings.items()
    }
    content = ConfigurationFile({NAME: read(), "settings": switches}, environment=environment)
    return write_file(content, at=timezone.now())


def read() -> State:
    """Return the changed rows of every scope."""
    stored, scopes = stored_rows(), scope_names()
    return {scope: definitions(stored, website) for website, scope in scopes.items()}


def clean(scope: str, key: str, value: Any, by: User | None) -> Any:
    """Return a row as `read` would; None gives the system value back. Raises ValidationError.

    An attribute that no product has yet may come with the products: it is no reason to refuse.
    """
    if by is not None and not by.has_perm(_RIGHT):
        raise ValidationError(_("You may not change mappings."))
    part, name = split(key)
    if value is None:
        return None
    row = cleaned(row_from(part, name, value))
    verdict = check_row(row, is_of_website=scope != DEFAULT)
    if verdict.errors:
        raise ValidationError(list(verdict.errors.values()))
    return row.definition()


def write(changes: Sequence[Change], by: User | None) -> None:
    """Write rows that were judged. Whether they count is a setting, which the file has too."""
    websites = {each.code: each for each in Website.objects.all()}
    for each in changes:
        website = websites[each.scope] if each.scope else None
        part, name = split(each.key)
        write_row(part, name, each.after, website=website, by=by, switch_on=False)


def at(since: datetime) -> tuple[State, list[str]]:
    """Return what rows that were changed since then had been, from their history."""
    scopes = scope_names()
    state: dict[str, dict[str, Any]] = {}
    rows = SettingChange.objects.filter(changed_at__gt=since, path__startswith=JOURNAL)
    for website, path, before in rows.order_by("pk").values_list("website_id", "path", "before"):
        if website in scopes:
            found = state.setdefault(scopes[website], {})
            found.setdefault(path.removeprefix(JOURNAL), json.loads(before) if before else None)
    return state, []


def label(key: str) -> str:
    """Return the part and key of a row, as people read them."""
    part, _, name = key.partition("/")
    return f"{Part(part).label}: {name}" if part in Part.values else key


def show(key: str, value: Any) -> str:
    """Return what a row says."""
    part, _, name = key.partition("/")
    if not isinstance(value, Mapping) or part not in Part.values:
        return "(inherited)" if value is None else str(value)
    try:
        return Row.of(Part(part), name, value).says
    except (TypeError, ValueError):
        return str(value)


def split(key: str) -> tuple[Part, str]:
    """Return the part and the key of OrderFlow's. Raises ValidationError for another text."""
    part, slash, name = key.partition("/")
    if not slash or part not in Part.values:
        raise ValidationError(
            _("“%(key)s” is no row: it begins with one of %(names)s.")
            % {"key": key, "names": ", ".join(Part.values)}
        )
    return Part(part), name


def row_from(part: Part, key: str, value: Any) -> Row:
    """Return a row of what a file says. Raises ValidationError for what is no row."""
    if not isinstance(value, Mapping):
        raise ValidationError(_("A row is an object with “use”, “value” and so on."))
    if unknown := sorted(value.keys() - DEFINED):
        raise ValidationError(_("A row has no “%(name)s”.") % {"name": unknown[0]})
    for name, given in value.items():
        if name in _NUMBERS:
            fits = given is None or (isinstance(given, int) and not isinstance(given, bool))
        else:
            fits = isinstance(given, bool if name == "in_answers" else str)
        if not fits:
            raise ValidationError(
                _("“%(name)s” of a row cannot be %(given)s.") % {"name": name, "given": repr(given)}
            )
    try:
        return Row.of(part, key, value)
    except ValueError as error:
        raise ValidationError(
            _("There is no kind of value “%(name)s”.") % {"name": value.get("use")}
        ) from error


MAPPINGS = FilePart(
    NAME, gettext_lazy("Mappings"), read, clean, write, label=label, show=show, at=at
)
