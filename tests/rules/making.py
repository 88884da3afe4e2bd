"""Rules in few words."""

from typing import Any

from orderflow_bridge.rules.models import ExportRule
from orderflow_bridge.rules.services import save_rule, see_that_it_counts

# Field, condition, value.
Short = tuple[str, str, str]


def make_rule(*filters: Short, **values: Any) -> ExportRule:
    """Make a rule whose filters all have to match, and let it count."""
    number = ExportRule.objects.count() + 1
    groups = values.pop("filter_groups", [[list(each)] for each in filters])
    rule = ExportRule(**{"name": f"Rule {number}", "filter_groups": groups, **values})
    save_rule(rule)
    see_that_it_counts(rule)
    return rule


def hold(*filters: Short, **values: Any) -> ExportRule:
    """Make a rule that holds orders, until it no longer matches unless said otherwise."""
    return make_rule(*filters, action=ExportRule.Action.HOLD, **values)
