"""Telling plugins what became of products and orders that were to be exported, once committed."""

from collections.abc import Sequence

from exports.models import ExportLine
from exports.outcomes import Fate, Outcome
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.plugins.events import SettledExport
from orderflow_bridge.plugins.hooks import taken, tell_after_commit

_HOOK = "exports_settled"
_TOLD = {
    Fate.ANNOUNCED: "announced",
    Fate.TAKEN: "exported",
    Fate.KNOWN: "exported",
    Fate.FAILED: "failed",
}


def tell_of_outcomes(entity: Entity, outcomes: Sequence[Outcome]) -> None:
    """Tell of what OrderFlow has answered; what was given back was not asked at all."""
    if not taken(_HOOK) or not outcomes:
        return
    settled = tuple(
        SettledExport(
            entity.name.lower(),
            each.target.entity_id,
            each.target.reference,
            _TOLD[each.fate],
            each.text,
        )
        for each in outcomes
    )
    about = f"{len(settled)} exports from {settled[0].reference} on"
    tell_after_commit(_HOOK, about=about, exports=settled)


def tell_of_line(entity: Entity, entity_id: int, line: ExportLine) -> ExportLine:
    """Tell of a product or an order that OrderFlow has fetched or marked; return the line."""
    if taken(_HOOK):
        outcome = "failed" if line.result == Result.FAILURE else "exported"
        name = entity.name.lower()
        settled = SettledExport(name, entity_id, line.reference, outcome, line.reason)
        tell_after_commit(_HOOK, about=f"{name} {line.reference}", exports=(settled,))
    return line
