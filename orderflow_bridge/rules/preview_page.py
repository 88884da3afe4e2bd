"""What a rule would change before it is saved, as its page shows it."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.console.pages import Section, Table, admin_url, link, table, time_cell
from orderflow_bridge.rules.models import ExportRule
from orderflow_bridge.rules.preview import SHOWN, Effect, preview


def effects(rule: ExportRule) -> Sequence[Section]:
    """Return what a rule would stop and let go, as sections of a page."""
    waits, stopped, freed = preview(rule)
    if rule.entity != Entity.ORDER:
        text = _("%(count)s of %(total)s waiting products would be left out")
    elif rule.holds:
        text = _("%(count)s of %(total)s waiting orders would be held")
    else:
        text = _("%(count)s of %(total)s waiting orders would be left out")
    counted = {"count": number_text(stopped.count), "total": number_text(waits)}
    let_go = _("%(count)s would be let go") % {"count": number_text(freed.count)}
    return [
        table("stopped", text % counted, _rows(rule, stopped)),
        table("freed", let_go, _rows(rule, freed)),
    ]


def _rows(rule: ExportRule, effect: Effect) -> Table:
    shown = _("The first %(count)s are shown.") % {"count": SHOWN}
    note = shown if effect.count > SHOWN else ""
    if rule.entity == Entity.ORDER:
        rows: list[tuple[Any, ...]] = [
            (
                link(order.increment_id, admin_url("sales_order_change", order.pk)),
                order.website.name,
                order.status_label,
                time_cell(order.created_at),
            )
            for order in effect.rows
        ]
        return Table(
            (_("Order #"), _("Website"), _("Status"), _("Purchase Date")), rows, _("None."), note
        )
    rows = [
        (
            link(each.product.sku, admin_url("catalog_product_change", each.product_id)),
            each.product.name,
            each.website.name,
        )
        for each in effect.rows
    ]
    return Table(("SKU", _("Name"), _("Website")), rows, _("None."), note)
