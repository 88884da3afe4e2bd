"""How long messages take from being received to being applied."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from imports.models import Import
from orderflow_bridge.common.choices import SELF_TEST, Entity
from orderflow_bridge.monitoring.cards import Statistic, duration

# Few enough to be read at every page, enough for a 95th percentile.
SAMPLE = 1_000
WINDOW = timedelta(hours=24)


def percentile(sorted_spans: Sequence[timedelta], share: float) -> timedelta:
    """Return the span that a share (0 … 1) of the sorted spans do not exceed."""
    place = max(-(-len(sorted_spans) * share // 1), 1)
    return sorted_spans[int(place) - 1]


def lag_statistics(
    entities: Iterable[Entity], now: datetime, urls: dict[Entity, str]
) -> list[Statistic]:
    """Return how long the last messages of each entity took; takes one query.

    Of the last thousand imports those of the last day count.
    """
    wanted = list(entities)
    if not wanted:
        return []
    rows = (
        Import.objects.filter(entity__in=wanted)
        .exclude(request__received_by=SELF_TEST)
        .order_by("-pk")
        .values_list("entity", "created_at", "request__created_at")[:SAMPLE]
    )
    spans: dict[int, list[timedelta]] = {entity: [] for entity in wanted}
    for entity, applied, received in rows:
        if received is not None and applied >= now - WINDOW:
            spans[entity].append(max(applied - received, timedelta(0)))
    return [_statistic(entity, sorted(spans[entity]), urls.get(entity, "")) for entity in wanted]


def _statistic(entity: Entity, spans: Sequence[timedelta], url: str) -> Statistic:
    title = f"{entity.label}: received to applied"
    if not spans:
        return Statistic(title, "–", "No message in the last 24 hours.", url)
    median, slow = (duration(percentile(spans, share)) for share in (0.5, 0.95))
    count = "the last message" if len(spans) == 1 else f"the last {len(spans):,} messages"
    return Statistic(title, median, f"Half of {count}; 95% took up to {slow}.", url)
