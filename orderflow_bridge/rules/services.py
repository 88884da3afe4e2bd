"""Write down what rules hold, release it, and save rules."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.common.export_state import HELD
from orderflow_bridge.common.translation import in_english
from orderflow_bridge.configuration.sections import InventoryImport, OrderExport, ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.rules.models import ExportRule, HeldOrder, SafetyStock
from orderflow_bridge.rules.selectors import (
    forget_rules,
    rules_in_force,
    stopped_by,
    what_stops,
)
from orderflow_bridge.sales.events import RULE, tell_of_holds
from orderflow_bridge.sales.models import Order, OrderStatusHistory
from orderflow_bridge.sales.states import for_warehouse
from orderflow_bridge.stores.models import Website

NOTED_AT_ONCE = 1_000
NO_RULE = "No rule holds it any more."
_OPEN = (ExportStatus.PENDING, ExportStatus.FAILED)


def note_held(website: Website, due: QuerySet[Order]) -> None:
    """Write down which of the orders that are due are held, and end what is held no longer.

    `due` are orders that a run would announce if there were no rules. Without rules nothing is
    asked; with rules it takes a few statements, whatever they hold.
    """
    rules = rules_in_force(Entity.ORDER, website)
    if not rules:
        return
    now = clock.now()
    unnoted = due.filter(stopped_by(rules)).exclude(orderflow_last_error__startswith=HELD)
    with transaction.atomic():
        _end(website, rules)
        ids = list(unnoted.order_by("pk").values_list("pk", flat=True)[:NOTED_AT_ONCE])
        if ids:
            _note(ids, rules, now)


def _note(ids: Sequence[int], rules: Sequence[ExportRule], now: datetime) -> None:
    orders = Order.objects.filter(pk__in=ids).select_for_update(no_key=True).order_by("pk")
    by_id = {order.pk: order for order in orders.only("pk", "created_at", "status")}
    stopped = what_stops(Order.objects.filter(pk__in=by_id), rules)
    held = {pk: each for pk, each in stopped.items() if each.rule.holds}
    with in_english():
        rows = [
            HeldOrder(
                order_id=pk, rule=each.rule, reason=each.text(by_id[pk])[:500], held_since=now
            )
            for pk, each in held.items()
        ]
    before = set(HeldOrder.objects.filter(order__in=held).values_list("order_id", flat=True))
    HeldOrder.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["order"], update_fields=["rule", "reason"]
    )
    reasons = {row.order_id: row.reason for row in rows if row.order_id not in before}
    _comment(reasons, by_id)
    tell_of_holds(Kind.ORDER_ON_HOLD, reasons, held_by=RULE)
    by_reason: dict[str, list[int]] = {}
    for row in rows:
        by_reason.setdefault(row.reason, []).append(row.order_id)
    for reason, some in by_reason.items():
        Order.objects.filter(pk__in=some).update(
            orderflow_last_error=reason, orderflow_export_status=ExportStatus.PENDING
        )


def _comment(texts: Mapping[int, str], orders: Mapping[int, Order]) -> None:
    """Tell an order's history, and so its timeline, what has become of it."""
    OrderStatusHistory.objects.bulk_create(
        OrderStatusHistory(order_id=pk, status=orders[pk].status, comment=text)
        for pk, text in texts.items()
    )


def _end(website: Website, rules: Sequence[ExportRule]) -> None:
    """End what rules of a website hold no longer, or what OrderFlow was told of all the same."""
    still = Order.objects.filter(
        stopped_by(rules),
        for_warehouse(),
        pk=OuterRef("order_id"),
        orderflow_export_status__in=_OPEN,
    )
    held = HeldOrder.objects.filter(released_at__isnull=True, order__website=website)
    ended = held.exclude(Exists(still.order_by()))
    if ids := list(ended.values_list("order_id", flat=True)):
        _take_back(ids)
        HeldOrder.objects.filter(order__in=ids, released_at__isnull=True).delete()
        _tell_of_end(ids)


def _tell_of_end(order_ids: Sequence[int]) -> None:
    tell_of_holds(Kind.ORDER_RELEASED, dict.fromkeys(order_ids, NO_RULE), held_by=RULE)


def _take_back(order_ids: Sequence[int]) -> None:
    """Take the note of a hold from orders."""
    noted = Order.objects.filter(pk__in=order_ids, orderflow_last_error__startswith=HELD)
    noted.update(orderflow_last_error="")


def release(orders: QuerySet[Order], *, by: str) -> int:
    """Let orders go that rules hold, for good; return how many were held.

    The next run announces them. What a rule does not export stays where it is.
    """
    now, count = clock.now(), 0
    with transaction.atomic():
        found = list(orders.select_related("website").select_for_update(of=("self",)))
        for website in {order.website_id: order.website for order in found}.values():
            here = [order.pk for order in found if order.website_id == website.pk]
            rules = [rule for rule in rules_in_force(Entity.ORDER, website) if rule.holds]
            stopped = what_stops(Order.objects.filter(pk__in=here), rules)
            HeldOrder.objects.bulk_create(
                [
                    HeldOrder(
                        order_id=pk, rule=each.rule, reason=f"The rule “{each.rule}”.",
                        held_since=each.since or now, released_at=now, released_by=by[:150],
                    )
                    for pk, each in stopped.items()
                ],
                update_conflicts=True,
                unique_fields=["order"],
                update_fields=["released_at", "released_by"],
            )  # fmt: skip
            _take_back(list(stopped))
            texts = {
                pk: f"Released from the rule “{each.rule}” by {by}." for pk, each in stopped.items()
            }
            _comment(texts, {order.pk: order for order in found})
            tell_of_holds(Kind.ORDER_RELEASED, texts, held_by=RULE)
            count += len(stopped)
    return count


def save_rule(rule: ExportRule) -> None:
    """Save a rule. What it held is judged anew by the next run, and let go if it holds no more."""
    with transaction.atomic():
        rule.save()
        _judge_anew([rule.pk], is_over=not (rule.is_enabled and rule.holds))


def see_that_it_counts(rule: ExportRule) -> list[str]:
    """See that rules are applied where an enabled one is; return the settings that were changed."""
    section = OrderExport if rule.entity == Entity.ORDER else ProductExport
    return _switch_on(section, "apply_rules", rule.website) if rule.is_enabled else []


def delete_rules(rules: QuerySet[ExportRule]) -> None:
    """Delete rules, and let go what they hold."""
    with transaction.atomic():
        _judge_anew(list(rules.values_list("pk", flat=True)), is_over=True)
        rules.delete()


def see_that_it_is_kept(safety: SafetyStock) -> list[str]:
    """See that safety stock is kept where one is enabled; return the settings that were changed."""
    return _switch_on(InventoryImport, "keep_safety_stock", None) if safety.is_enabled else []


def _judge_anew(rule_ids: Sequence[int], *, is_over: bool) -> None:
    """Take the notes of what rules hold away; of rules that are over, the hold too."""
    held = HeldOrder.objects.filter(rule__in=rule_ids, released_at__isnull=True)
    ids = list(held.values_list("order_id", flat=True))
    _take_back(ids)
    if is_over:
        held.delete()
        _tell_of_end(ids)
    forget_rules()
    transaction.on_commit(forget_rules)


def _switch_on(
    section: type[OrderExport] | type[ProductExport] | type[InventoryImport],
    name: str,
    website: Website | None,
) -> list[str]:
    return write_settings(section, {name: True}, website=website)
