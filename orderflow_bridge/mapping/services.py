"""Change the mapping of one scope; every change stands in the configuration's history."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from orderflow_bridge.configuration.models import SettingChange
from orderflow_bridge.configuration.sections import OrderExport, ProductExport
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.configuration.services import lock_configuration, write_settings
from orderflow_bridge.mapping.models import ChangedRow
from orderflow_bridge.mapping.rows import Part, Row
from orderflow_bridge.mapping.selectors import forget
from orderflow_bridge.stores.models import Website

JOURNAL = "orderflow_mapping/"


@transaction.atomic
def write_row(
    part: Part,
    key: str,
    definition: Mapping[str, Any] | None,
    *,
    website: Website | None = None,
    by: User | None = None,
    switch_on: bool = True,
) -> bool:
    """Give a scope a row of its own; None takes it away, so that the wider scope decides again.

    The row must have been checked. `by` is who changes it, None for the command line. With
    `switch_on` the first row that a scope changes sets Apply Mappings. Returns whether anything
    changed.
    """
    lock_configuration()
    rows = ChangedRow.objects.filter(website=website, part=part, key=key)
    own = rows.first()
    before = own.definition if own else None
    after = None if definition is None else Row.of(part, key, definition).definition()
    if before == after:
        return False
    if after is None:
        rows.delete()
    elif own is None:
        ChangedRow.objects.create(website=website, part=part, key=key, definition=after)
    else:
        own.definition = after
        own.save(update_fields=["definition"])
    SettingChange.objects.create(
        website=website,
        path=f"{JOURNAL}{part}/{key}",
        before=_text(before),
        after=_text(after),
        changed_at=timezone.now(),
        changed_by=by,
    )
    if after is not None and switch_on:
        _switch_on(part, website, by)
    forget()
    transaction.on_commit(forget)  # for what was read in between
    return True


def _switch_on(part: Part, website: Website | None, by: User | None) -> None:
    """Let mappings count where the first row was changed."""
    is_product = part is Part.PRODUCT
    rows = ChangedRow.objects.filter(website=website)
    alike = rows.filter(part=part) if is_product else rows.exclude(part=Part.PRODUCT)
    if alike.count() > 1:
        return
    is_on = (product_export if is_product else order_export)(website).apply_mappings
    if not is_on:
        section = ProductExport if is_product else OrderExport
        write_settings(section, {"apply_mappings": True}, website=website, by=by)


def _text(definition: Mapping[str, Any] | None) -> str | None:
    return None if definition is None else json.dumps(definition, ensure_ascii=False)
