"""Change the shipping map; every change stands in the configuration's history."""

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from orderflow_bridge.carriers.models import MappedCourier, MappedMethod
from orderflow_bridge.carriers.selectors import forget
from orderflow_bridge.configuration.sections import OrderExport, ShipmentImport
from orderflow_bridge.configuration.selectors import order_export, shipment_import
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.configuration.transfer.journals import write_journal

Row = MappedCourier | MappedMethod
COURIERS, METHODS = "carriers/couriers/", "carriers/shipping_methods/"
_APART = ("id", "website", "term")


@transaction.atomic
def save_row(row: Row, *, by: User | None = None, switches_on: bool = True) -> None:
    """Save a row that was checked; the first one `switches_on` the map for its scope.

    `by` is who changes it, None for the command line.
    """
    # Ordered by the key: by the website, which may be none, the row could not be locked.
    kept = type(row)._default_manager.select_for_update().filter(pk=row.pk).order_by("pk").first()
    is_moved = kept and (kept.term, kept.website_id) != (row.term_now(), row.website_id)
    if kept and is_moved:
        _write_journal(kept, definition_of(kept), None, by)
    row.save()
    _write_journal(row, None if is_moved or kept is None else definition_of(kept), row, by)
    if switches_on:
        _switch_on(row, by)
    _read_anew()


@transaction.atomic
def delete_row(row: Row, *, by: User | None = None) -> None:
    """Delete a row: what it stood for is as OrderFlow and the shop say."""
    _write_journal(row, definition_of(row), None, by)
    row.delete()
    _read_anew()


def definition_of(row: Row) -> dict[str, Any]:
    """Return what a row says, as it stands in files and in the history."""
    names = (each.name for each in row._meta.concrete_fields if each.name not in _APART)
    return {name: getattr(row, name) for name in names}


def journal_of(model: type[Row]) -> str:
    """Return what the paths of a model's changes begin with."""
    return COURIERS if model is MappedCourier else METHODS


def _write_journal(row: Row, before: Any, after: Row | None, by: User | None) -> None:
    path = f"{journal_of(type(row))}{row.term}"
    write_journal(path, before, after and definition_of(after), website=row.website, by=by)


def _switch_on(row: Row, by: User | None) -> None:
    """Let the map count where the first row was made; whoever switched it off meant it."""
    if isinstance(row, MappedCourier):
        is_first = MappedCourier.objects.count() == 1
        if is_first and not shipment_import().map_couriers:
            write_settings(ShipmentImport, {"map_couriers": True}, by=by)
        return
    is_first = MappedMethod.objects.filter(website=row.website).count() == 1
    if is_first and not order_export(row.website).map_shipping_methods:
        write_settings(OrderExport, {"map_shipping_methods": True}, website=row.website, by=by)


def _read_anew() -> None:
    forget()
    transaction.on_commit(forget)  # for what was read in between
