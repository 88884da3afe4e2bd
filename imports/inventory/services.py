"""The importer of stock messages."""

from collections.abc import Sequence

from django.db import connection

from imports.aliases import sku_aliases
from imports.inventory import postgresql, sqlite
from imports.inventory.batch import Batch
from imports.inventory.failures import raise_failures
from imports.inventory.mass_changes import refuse_mass_changes
from imports.inventory.parking import park_unknown
from imports.models import Import
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import ImportsPaused
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.request_queue.services import Claim


def inventory_settings() -> InventoryImport:
    """Return the import's settings, and read ahead what else its lines are judged by.

    All of it is remembered for some seconds. Whoever asks before claiming messages spares their
    transaction, in which SQLite has no other writer, the statements.
    """
    listening_to(Kind.STOCK_CHANGED)
    sku_aliases()
    return inventory_import()


def apply_inventory(claims: Sequence[Claim]) -> list[Import]:
    """Write the figures of these messages and their history, inside the caller's transaction.

    Costs a fixed number of statements, however many lines there are or fail. No product is saved:
    stock is not an exported field. Returns one report per message, in the same order. Raises
    MassChangeFound when too much would run out, and ImportsPaused while a message is held.
    """
    batch = Batch(
        claims=claims,
        settings=inventory_import(),
        now=clock.now(),
        listeners=listening_to(Kind.STOCK_CHANGED),
        aliases=sku_aliases(),
    )
    database = postgresql if connection.vendor == "postgresql" else sqlite
    reports: list[Import]
    reports, ran_out = database.apply_batch(batch)
    if not reports:
        raise ImportsPaused
    refuse_mass_changes(batch, reports, ran_out)
    if any(report.failures for report in reports):
        park_unknown(batch)
        raise_failures(batch, reports)
    return reports
