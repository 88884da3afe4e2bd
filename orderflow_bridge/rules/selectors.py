"""Which rules are in force, and what they say of an order or a product.

A rule stops an order before OrderFlow is told of it. What OrderFlow has been told of it gets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.common.export_state import HELD
from orderflow_bridge.common.formats import datetime_text
from orderflow_bridge.common.memory import Memory
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.rules.criteria import in_words, matching, read_groups
from orderflow_bridge.rules.models import ExportRule, HeldOrder
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website

rules_read = Memory(seconds=5.0)
forget_rules = rules_read.forget


@dataclass(frozen=True)
class Stopped:
    """What stops an order: the rule, and since when if the export's run has seen it."""

    rule: ExportRule
    since: datetime | None = None

    def text(self, order: Order) -> str:
        """Return in one sentence what stops the order, and until when."""
        rule = self.rule
        said = {"rule": rule, "criteria": words_of(rule)}
        if not rule.holds:
            return _("Never: the rule “%(rule)s” does not export it (%(criteria)s).") % said
        until = rule.until(order)
        end = {
            ExportRule.Release.ITSELF: _("until it no longer matches"),
            ExportRule.Release.HAND: _("until somebody releases it"),
            ExportRule.Release.DELAY: _("until %(time)s") % {"time": datetime_text(until)}
            if until
            else "",
        }[ExportRule.Release(rule.release)]
        # In English it begins with HELD, by which what is kept of it is found again.
        if self.since is None:
            return _("Held by the rule “%(rule)s” (%(criteria)s), %(end)s.") % {**said, "end": end}
        text = _("Held since %(time)s by the rule “%(rule)s” (%(criteria)s), %(end)s.")
        return text % {**said, "end": end, "time": datetime_text(self.since)}


def rules_in_force(entity: Entity, website: Website) -> Sequence[ExportRule]:
    """Return a website's rules in their order; nothing is read where none are applied."""
    settings = order_export(website) if entity == Entity.ORDER else product_export(website)
    if not settings.apply_rules:
        return ()
    known: list[ExportRule] | None = rules_read.get("rules")
    if known is None:
        known = list(ExportRule.objects.filter(is_enabled=True))
        rules_read.keep("rules", known)
    return [
        rule for rule in known if rule.entity == entity and rule.website_id in (None, website.pk)
    ]


def let_go(entity: Entity, website: Website) -> Q:
    """Return the condition of what no rule stops: of orders, or of a product's rows.

    Without rules it is none.
    """
    rules = rules_in_force(entity, website)
    return ~stopped_by(rules) if rules else Q()


def stopped_by(rules: Iterable[ExportRule]) -> Q:
    """Return the condition of what one of these rules of one entity stops."""
    now = clock.now()
    stopped = Q(pk__in=())
    of_products = False
    for rule in rules:
        of_products = rule.entity == Entity.PRODUCT
        stopped |= _stops(rule, now)
    return stopped if of_products else stopped & Q(orderflow_queued_at__isnull=True)


def what_stops(orders: QuerySet[Order], rules: Sequence[ExportRule]) -> dict[int, Stopped]:
    """Return by order what stops it, of rules that are all of one website; in one statement."""
    if not rules:
        return {}
    by_id = {rule.pk: rule for rule in rules}
    rows = _with_first(orders.filter(orderflow_queued_at__isnull=True), rules)
    found = rows.values_list("pk", "stopped_by", "held__held_since")
    return {pk: Stopped(by_id[rule], since) for pk, rule, since in found}


def what_stops_one(order: Order) -> Stopped | None:
    """Return what stops an order, None if nothing does."""
    rules = rules_in_force(Entity.ORDER, order.website)
    if not rules or order.orderflow_queued_at:
        return None
    return what_stops(Order.objects.filter(pk=order.pk), rules).get(order.pk)


def why_stopped(order: Order) -> str:
    """Return in one sentence which rule stops an order, "" if none does."""
    found = what_stops_one(order)
    return found.text(order) if found else ""


def left_out(links: Sequence[ProductWebsite]) -> dict[int, str]:
    """Return by row, of those given with their websites, which rule leaves it out of the export.

    It takes a statement per website that has rules.
    """
    found: dict[int, str] = {}
    for website in {link.website_id: link.website for link in links}.values():
        if rules := rules_in_force(Entity.PRODUCT, website):
            words = {rule.pk: _named(rule) for rule in rules}
            ids = [link.pk for link in links if link.website_id == website.pk]
            rows = _with_first(ProductWebsite.objects.filter(pk__in=ids), rules)
            found |= {pk: words[rule] for pk, rule in rows.values_list("pk", "stopped_by")}
    return found


def _with_first(rows: QuerySet[Any], rules: Sequence[ExportRule]) -> QuerySet[Any]:
    """Return those rows that rules stop, each with the id of the first one (`stopped_by`)."""
    now = clock.now()
    first = Case(
        *(When(_stops(rule, now), then=Value(rule.pk)) for rule in rules),
        output_field=BigIntegerField(),
    )
    found: QuerySet[Any] = rows.order_by().annotate(stopped_by=first)
    return found.filter(stopped_by__isnull=False)


def _named(rule: ExportRule) -> str:
    return _("the rule “%(rule)s” (%(criteria)s)") % {"rule": rule, "criteria": words_of(rule)}


def words_of(rule: ExportRule) -> str:
    """Return a rule's criteria as words."""
    return in_words(read_groups(rule.filter_groups)) or _("everything")


def is_held() -> Q:
    """Return the condition of the orders that a run has found held."""
    return Q(
        held__released_at__isnull=True,
        held__isnull=False,
        orderflow_export_status=ExportStatus.PENDING,
        orderflow_last_error__startswith=HELD,
    )


def released() -> Q:
    """Return the condition of the orders that somebody has released."""
    rows = HeldOrder.objects.filter(order=OuterRef("pk"), released_at__isnull=False)
    return Q(Exists(rows))


def _stops(rule: ExportRule, now: datetime) -> Q:
    """Return what a rule stops, orders that OrderFlow was told of included."""
    matches = _criteria(rule)
    if rule.entity == Entity.PRODUCT:
        return Q(Exists(Product.objects.filter(matches, pk=OuterRef("product_id")).order_by()))
    if not rule.holds:
        return matches
    if rule.release == ExportRule.Release.DELAY:
        matches &= Q(created_at__gt=now - timedelta(minutes=rule.delay_minutes))
    if rule.release == ExportRule.Release.HAND and rule.pk:
        still = HeldOrder.objects.filter(order=OuterRef("pk"), rule=rule, released_at__isnull=True)
        matches |= Q(Exists(still))
    return matches & ~released()


def _criteria(rule: ExportRule) -> Q:
    return matching(Entity(rule.entity), read_groups(rule.filter_groups))
