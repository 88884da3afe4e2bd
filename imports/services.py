"""Processing the import queue: claim, apply, settle (docs/decisions/queue-in-the-database.md).

Any number of workers may do this at once, by schedule and by hand. The effect of a message, its
history and its processed mark are committed together, so a crash anywhere leaves the message either
done or waiting.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from operator import add

from django.db import connection, transaction
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from imports.despatch import order_number
from imports.events import tell_of_applied
from imports.history import ensure_partitions
from imports.inventory import postgresql, sqlite
from imports.inventory.failures import raise_failures
from imports.inventory.lines import Batch
from imports.inventory.mass_changes import MassChangeFound, hold, refuse_mass_changes
from imports.inventory.unknown_skus import park_unknown, sku_aliases
from imports.models import Import
from imports.shipments import apply_shipments
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.exceptions import ImportsDisabled, ImportsPaused, LeaseLost
from orderflow_bridge.common.leases import TRUSTED_ATTEMPTS, together_or_each
from orderflow_bridge.common.translation import english
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport
from orderflow_bridge.configuration.selectors import inventory_import, shipment_import
from orderflow_bridge.exchange.selectors import refuse_while_held_in
from orderflow_bridge.outbox.mail.services import deliver_waiting_mail
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.plugins.statistics import write_statistics
from orderflow_bridge.request_queue.claiming import Subject, claim_requests
from orderflow_bridge.request_queue.services import (
    Claim,
    give_back_claims,
    mark_processed,
    release_claims,
)
from orderflow_bridge.tracing import spans

Importer = Callable[[Sequence[Claim]], list[Import]]
REQUESTS_PER_TRANSACTION = 100
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Processed:
    """What a run did: requests settled, their lines' outcomes, requests put off by errors, and
    those that were held as a mass change; how many were claimed, and how many workers helped.
    """

    requests: int = 0
    successes: int = 0
    duplicates: int = 0
    superseded: int = 0
    failures: int = 0
    errors: int = 0
    held: int = 0
    claimed: int = 0
    helpers: int = 0

    def __add__(self, other: "Processed") -> "Processed":
        return Processed(*map(add, vars(self).values(), vars(other).values()))


def process_imports(
    entity: Entity, *, limit: int | None = None, ids: Sequence[int] | None = None
) -> Processed:
    """Process waiting messages of one kind: up to `limit` (else the configured batch size) of the
    next in order, or exactly those of `ids`.

    Must not be called inside a transaction. A message whose processing raises is put off with its
    error and holds up nothing else. Raises ImportsDisabled when this import is switched off, and
    ExchangeHeld while nothing that has come in is applied.
    """
    refuse_while_held_in()
    settings = SETTINGS[entity]()
    if not settings.is_enabled:
        raise ImportsDisabled(
            f"{english(entity.label)} imports are currently disabled."
            " Please review the OrderFlow module configuration."
        )
    ensure_partitions(timezone.now().date())
    total = Processed()
    for claims in _claims(entity, settings.batch_size if limit is None else limit, ids):
        total += _process(entity, claims) + Processed(claimed=len(claims))
    if entity == Entity.SHIPMENT and total.successes:
        deliver_waiting_mail()
    return total


def tally(reports: Iterable[Import]) -> Processed:
    """Add up what reports say."""
    return sum(
        (
            Processed(1, each.successes, each.duplicates, each.superseded, each.failures)
            for each in reports
        ),
        Processed(),
    )


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
    MassChangeFound when too much would run out, ImportsPaused while a message is held, and
    PluginFailed when a plugin cannot say what is to be written.
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


def _claims(entity: Entity, limit: int, ids: Sequence[int] | None) -> Iterator[list[Claim]]:
    """Claim batch after batch, each when the one before is done, so that leases stay fresh."""
    wanted = None if ids is None else list(ids)
    remaining = limit if wanted is None else len(wanted)
    while remaining > 0:
        SETTINGS[entity]()  # read now if they are to be read anew, not in the batch's transaction
        claims = claim_requests(
            type=RequestType.IMPORT,
            entity=entity,
            limit=min(remaining, REQUESTS_PER_TRANSACTION),
            ids=wanted,
            subject=SUBJECTS.get(entity),
        )
        if not claims:
            return
        yield claims
        remaining -= len(claims)
        if wanted is not None:
            # A request that was put off is not tried again in the same run.
            taken = {claim.id for claim in claims}
            wanted = [id for id in wanted if id not in taken]


def _process(entity: Entity, claims: Sequence[Claim]) -> Processed:
    """Process claimed requests together; those that have failed before each on their own.

    A request that once took its worker down with it is thus met alone, after the others.
    """
    total = Processed()
    for is_trusted in (True, False):
        outcomes = together_or_each(
            [each for each in claims if (each.attempts <= TRUSTED_ATTEMPTS) is is_trusted],
            partial(_apply_or_hold, entity),
            _put_off,
            event="import_batch_split",
            is_trusted=is_trusted,
            around=_log_context,
        )
        total = sum(outcomes, total)
    return total


def _apply_or_hold(entity: Entity, claims: Sequence[Claim]) -> list[Processed]:
    """Apply requests together; a mass change is held whole, and what comes after it waits."""
    try:
        return _tallies(claims, _apply(entity, claims))
    except MassChangeFound as found:
        held = hold(found, claims)
        return [Processed(held=int(held is not None)) for _ in claims]
    except ImportsPaused:
        give_back_claims(claims)
        return [Processed() for _ in claims]


def _log_context(claims: Sequence[Claim]) -> AbstractContextManager[None]:
    if len(claims) > 1:
        return bound_contextvars(import_requests=[claim.id for claim in claims])
    claim = claims[0]
    return bound_contextvars(
        import_request=claim.id, message_id=claim.message_id, correlation_id=claim.correlation_id
    )


def _put_off(claim: Claim, error: Exception) -> Processed:
    """Put off a request whose processing raised."""
    if isinstance(error, LeaseLost):
        logger.warning("import_lease_lost")
        return Processed()
    logger.exception("import_request_failed")
    write_statistics()
    release_claims([claim], error=f"{type(error).__name__}: {error}")
    return Processed(errors=1)


def _apply(entity: Entity, claims: Sequence[Claim]) -> list[Import]:
    """Commit effect, history and processed mark of these requests in one transaction."""
    began = spans.began()
    with transaction.atomic():
        reports = IMPORTERS[entity](claims)
        reported = {report.request_id for report in reports}
        mark_processed([claim for claim in claims if claim.id in reported])
    tell_of_applied(entity, reports, claims, since=began)
    return reports


def _tallies(claims: Sequence[Claim], reports: Iterable[Import]) -> list[Processed]:
    """Return what became of each claim; nothing, of one that goes on waiting."""
    by_request = {report.request_id: tally([report]) for report in reports}
    return [by_request.get(claim.id, Processed()) for claim in claims]


# An importer runs inside a transaction, writes effect and history, and returns one report per
# claim; one that waits for something of the shop is given back without.
IMPORTERS: dict[Entity, Importer] = {
    Entity.INVENTORY: apply_inventory,
    Entity.SHIPMENT: apply_shipments,
}
# Despatches of one order are booked as they came, however many workers there are.
SUBJECTS: dict[Entity, Subject] = {
    Entity.SHIPMENT: lambda lines: order_number(lines).lower(),
}
SETTINGS: dict[Entity, Callable[[], InventoryImport | ShipmentImport]] = {
    Entity.INVENTORY: inventory_settings,
    Entity.SHIPMENT: shipment_import,
}
