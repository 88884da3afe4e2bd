"""Change the configuration of one scope."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from orderflow_bridge.configuration.columns import SecretColumn
from orderflow_bridge.configuration.declarations import Section, columns
from orderflow_bridge.configuration.models import TABLES
from orderflow_bridge.stores.models import Website

_SECRETS = "Secrets changed: "


@transaction.atomic
def write_settings(
    section: type[Section], values: Mapping[str, Any], *, website: Website | None = None
) -> list[str]:
    """Give a scope its own values; None takes one away, so that the wider scope decides again.

    `values` are Python values by field name; fields that are not named stay as they are. Returns
    the names of the fields that changed. Raises ValidationError, by field, if one is not
    acceptable; then nothing is changed.
    """
    table = TABLES[section]
    row = table._default_manager.select_for_update().filter(website=website).first()
    row = row or table(website=website)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(row, name, values[name])
    row.full_clean()
    secrets = [name for name in changed if isinstance(columns(section)[name], SecretColumn)]
    if secrets:
        # The history leaves secrets out; the reason alone tells that they changed.
        row._change_reason = _SECRETS + ", ".join(secrets)
    row.save()
    return changed


def secrets_changed(reason: str | None) -> list[str]:
    """Return the names of the secrets that a saving with this reason changed."""
    names = (reason or "").removeprefix(_SECRETS)
    return names.split(", ") if names != reason else []
