"""The scheduled jobs of the export side. Each returns a sentence for the job's record."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import structlog

from exports.announcing import Bell, serve_side_by_side
from exports.cancel_requests import recover_cancellations
from exports.catalogue import carry_on_with_catalogue
from exports.instances import WebsiteGroup, groups_of, not_held, server_of
from exports.services import Exported, export_due
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.common.exceptions import (
    BridgeError,
    ExportNotConfigured,
    ExportsIncomplete,
    JobNotReady,
)
from orderflow_bridge.common.translation import english

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


@dataclass
class _Turn:
    """A group's turn in a run: what came of it, or why nothing did."""

    group: WebsiteGroup
    done: Exported | None = None
    missing: str = ""
    trouble: str = ""


def _export(entity: Entity, operation: Operation) -> str:
    """Serve every OrderFlow server side by side; the trouble of one does not hold up the others.

    Groups that share a server take turns, so that no more calls than it may get are under way.
    Raises ExportsIncomplete if one could not be served at all, when the others have been, and
    JobNotReady if none of them is configured yet, or all are held up.
    """
    groups, held = not_held(groups_of(entity))
    turns = [_Turn(group) for group in groups]
    lanes: dict[str, list[_Turn]] = {}
    for turn in turns:
        lanes.setdefault(server_of(turn.group[0]), []).append(turn)
    bell = Bell()
    serve_side_by_side((_take(lane, entity, operation, bell) for lane in lanes.values()), bell)

    total = sum((turn.done for turn in turns if turn.done), Exported())
    missing = [*held, *(turn.missing for turn in turns if turn.missing)]
    troubles = [turn.trouble for turn in turns if turn.trouble]
    if missing and not troubles and not any(turn.done for turn in turns):
        raise JobNotReady(" ".join(missing))
    sentences = [
        f"OrderFlow of {turn.group[0].name} keeps failing and is left alone."
        for turn in turns
        if turn.done and (turn.done.resting or turn.done.rested)
    ]
    sentence = " ".join([_summary(entity, total), *sentences, *missing, *troubles])
    if troubles:
        raise ExportsIncomplete(sentence)
    return sentence


def _take(
    turns: Sequence[_Turn], entity: Entity, operation: Operation, bell: Bell
) -> Generator[None, None, None]:
    """Serve one server's groups, one after the other."""
    for turn in turns:
        try:
            turn.done = yield from export_due(entity, operation, turn.group, bell)
        except ExportNotConfigured as error:
            turn.missing = str(error)
        except BridgeError as error:
            turn.trouble = str(error)
        except Exception as error:
            log.exception("export_failed", website=turn.group[0].code)
            turn.trouble = f"{turn.group[0].name}: {type(error).__name__}: {error}"


def _summary(entity: Entity, done: Exported) -> str:
    noun = english(entity.label).lower()
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
