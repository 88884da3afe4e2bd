"""The scheduled jobs of the export side. Each returns a sentence for the job's record."""

import structlog

from exports.cancellation import recover_cancellations
from exports.catalogue import carry_on_with_catalogue
from exports.instances import groups_of
from exports.services import Exported, run_export
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.common.exceptions import (
    BridgeError,
    ExportNotConfigured,
    ExportsIncomplete,
    JobNotReady,
)

CATALOGUE_SECONDS = 20.0

log = structlog.get_logger(__name__)


def export_products_create() -> str:
    """Announce products OrderFlow has never fetched (job orderflow_export_product_create).

    If somebody wants the whole catalogue exported, some more of it is made due first.
    """
    run = carry_on_with_catalogue(seconds=CATALOGUE_SECONDS)
    sentence = _export(Entity.PRODUCT, Operation.CREATE)
    return f"{sentence} Of the catalogue, {run} are due now." if run else sentence


def export_products_update() -> str:
    """Announce changed products (job orderflow_export_product_update)."""
    return _export(Entity.PRODUCT, Operation.UPDATE)


def export_orders_create() -> str:
    """Announce orders (job orderflow_export_order_create), and close interrupted cancellations."""
    recover_cancellations()
    return _export(Entity.ORDER, Operation.CREATE)


def _export(entity: Entity, operation: Operation) -> str:
    """Serve every OrderFlow instance; the trouble of one does not keep the others waiting.

    Raises ExportsIncomplete if one could not be served at all, when the others have been, and
    JobNotReady if none of them is configured yet.
    """
    total, served, sentences, missing, troubles = Exported(), 0, [], [], []
    for group in groups_of(entity):
        try:
            done = run_export(entity, operation, group)
        except ExportNotConfigured as error:
            missing.append(str(error))
            continue
        except BridgeError as error:
            troubles.append(str(error))
            continue
        except Exception as error:
            log.exception("export_failed", website=group[0].code)
            troubles.append(f"{group[0].name}: {type(error).__name__}: {error}")
            continue
        total, served = total + done, served + 1
        if done.resting or done.rested:
            sentences.append(f"OrderFlow of {group[0].name} keeps failing and is left alone.")
    if missing and not served and not troubles:
        raise JobNotReady(" ".join(missing))
    sentence = " ".join([_summary(entity, total), *sentences, *missing, *troubles])
    if troubles:
        raise ExportsIncomplete(sentence)
    return sentence


def _summary(entity: Entity, done: Exported) -> str:
    noun = entity.label.lower()
    told = done.successes + done.duplicates + done.failures
    if not told and not done.unfetched and not done.rested:
        return "Nothing was announced." if done.resting else f"No {noun} was due."
    text = f"{told} {noun}s: {done.successes} successes, {done.failures} failures."
    if done.duplicates:
        text += f" OrderFlow already had {done.duplicates}."
    if done.rested:
        text += f" {done.rested} put off."
    if done.unfetched:
        text += f" {done.unfetched} announced often enough and never fetched."
    return text
