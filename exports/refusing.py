"""Asking plugins which products or orders may not be exported, before OrderFlow hears of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from exports.outcomes import Fate, Outcome, Target
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import PluginFailed
from orderflow_bridge.plugins.hooks import Hook, taken
from orderflow_bridge.plugins.statistics import readable
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website

_ROWS: dict[Entity, Callable[[], Any]] = {
    Entity.PRODUCT: lambda: Product.objects.all(),
    Entity.ORDER: lambda: Order.objects.select_related("website", "payment").prefetch_related(
        "addresses", "items"
    ),
}


def refused_by_plugins(
    entity: Entity, targets: Sequence[Target], website: Website
) -> list[Outcome]:
    """Return the failures of those products or orders that a plugin refuses, each with its reason.

    What a plugin fails over has failed with the plugin's name; the others go their way. Reads
    nothing, and costs nothing, where no plugin judges.
    """
    if not (judges := taken("refuse_exports")):
        return []
    rows = _ROWS[entity]().in_bulk([target.entity_id for target in targets])
    reasons: dict[int, str] = {}
    for judge in judges:
        left = [row for pk, row in rows.items() if pk not in reasons]
        reasons |= _judged(judge, entity, website, left)
    return [
        Outcome(target, Fate.FAILED, reasons[target.entity_id])
        for target in targets
        if target.entity_id in reasons
    ]


def _judged(judge: Hook, entity: Entity, website: Website, rows: Sequence[Any]) -> dict[int, str]:
    """Ask one plugin, about each alone if it fails over all of them."""
    if not rows:
        return {}
    try:
        return _ask(judge, entity, website, rows)
    except PluginFailed as error:
        if len(rows) == 1:
            return {rows[0].pk: str(error)}
    return {
        pk: reason for row in rows for pk, reason in _judged(judge, entity, website, [row]).items()
    }


def _ask(judge: Hook, entity: Entity, website: Website, rows: Sequence[Any]) -> dict[int, str]:
    name = entity.name.lower()
    about = f"{name} {rows[0]}" if len(rows) == 1 else f"{len(rows)} {name}s"
    answer = judge(about=about, entity=name, website=website, rows=tuple(rows))
    if answer is None:
        return {}
    known = {row.pk for row in rows}
    if not isinstance(answer, Mapping) or not all(
        pk in known and isinstance(reason, str) and reason for pk, reason in answer.items()
    ):
        raise judge.refuse(about, "It answers something else than reasons by primary keys.")
    return {pk: f"{judge.plugin.title}: {readable(reason)}" for pk, reason in answer.items()}
