"""What a rule would change before it is saved: what waits now and would be stopped, or let go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.rules.models import ExportRule
from orderflow_bridge.rules.selectors import rules_in_force, stopped_by
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.states import for_warehouse
from orderflow_bridge.stores.models import Website

SHOWN = 100
_OPEN = (ExportStatus.PENDING, ExportStatus.FAILED, ExportStatus.QUEUED)


@dataclass
class Effect:
    """How many rows, of orders or of products on websites, and the first of them."""

    count: int = 0
    rows: list[Any] = field(default_factory=list)

    def add(self, found: QuerySet[Any]) -> None:
        """Count further rows, and keep as many as are shown."""
        self.count += found.count()
        self.rows += found[: SHOWN - len(self.rows)]


def preview(rule: ExportRule) -> tuple[int, Effect, Effect]:
    """Return how much waits now, what of it the rule would stop, and what it would let go.

    `rule` is as it would be saved; if it has been saved before, the other is what it takes the
    place of.
    """
    waits, stopped, freed = 0, Effect(), Effect()
    websites = Website.objects.filter(pk=rule.website_id) if rule.website_id else None
    entity = Entity(rule.entity)
    for website in _concerned(rule, websites):
        now = rules_in_force(entity, website)
        rows = _waiting(entity, website)
        before, after = stopped_by(now), stopped_by(_with(rule, website))
        waits += rows.count()
        stopped.add(rows.filter(after & ~before if now else after))
        if now:
            freed.add(rows.filter(before & ~after))
    return waits, stopped, freed


def _concerned(rule: ExportRule, websites: QuerySet[Website] | None) -> Sequence[Website]:
    """Return the websites where the rule counts, or counted until now."""
    former = ExportRule.objects.filter(pk=rule.pk).first() if rule.pk else None
    if websites is None or (former and former.website_id is None):
        return list(Website.objects.all())
    return list(websites | Website.objects.filter(pk__in=[former.website_id] if former else []))


def _with(rule: ExportRule, website: Website) -> list[ExportRule]:
    """Return the rules of a website as they would be."""
    others = ExportRule.objects.filter(
        Q(website=None) | Q(website=website), entity=rule.entity, is_enabled=True
    ).exclude(pk=rule.pk)
    own = [rule] if rule.is_enabled and rule.website_id in (None, website.pk) else []
    return [*others, *own]


def _waiting(entity: Entity, website: Website) -> QuerySet[Any]:
    """Return what a website's next runs would announce if there were no rules, newest first."""
    open_now = {"orderflow_export_status__in": _OPEN, "orderflow_due_at__isnull": False}
    if entity == Entity.PRODUCT:
        if not product_export(website).is_enabled:
            return ProductWebsite.objects.none()
        rows = ProductWebsite.objects.filter(website=website, **open_now)
        simple = rows.filter(product__type_id=Product.Type.SIMPLE)
        return simple.select_related("product", "website").order_by("-id")
    statuses = order_export(website).exportable_status
    orders = Order.objects.filter(for_warehouse(), website=website, status__in=statuses, **open_now)
    return orders.select_related("website").order_by("-id")
