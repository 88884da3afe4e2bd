"""The scheduled jobs of the import side. Each returns a sentence for the job's record."""

from imports.inventory.unknown_skus import queue_known
from imports.services import Processed
from imports.side_by_side import work_off
from imports.tasks import wake_for_help
from orderflow_bridge.common.choices import Entity


def import_inventory_updates() -> str:
    """Apply waiting stock messages (job orderflow_import_inventory_update).

    Figures that waited for a SKU which is known by now come first.
    """
    queue_known()
    return _summary(work_off(Entity.INVENTORY, wake=wake_for_help()))


def import_shipments() -> str:
    """Book waiting despatch messages (job orderflow_import_shipment_update)."""
    return _summary(work_off(Entity.SHIPMENT, wake=wake_for_help()))


def _summary(processed: Processed) -> str:
    if processed.held:
        return (
            f"{_count(processed.held, 'request')} held: too much would run out of stock. Stock"
            " imports wait until somebody applies or discards the mass change."
        )
    if not processed.requests and not processed.errors:
        return "Nothing was waiting."
    text = (
        f"{_count(processed.requests, 'request')}: {_count(processed.successes, 'success')},"
        f" {_count(processed.duplicates, 'duplicate')}, {processed.superseded} superseded,"
        f" {_count(processed.failures, 'failure')}."
    )
    if processed.errors:
        text += f" {_count(processed.errors, 'request')} could not be processed; see Requests."
    if processed.helpers:
        text += f" {_count(processed.helpers, 'other worker')} helped."
    return text


def _count(number: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number} {noun if number == 1 else plural}"
