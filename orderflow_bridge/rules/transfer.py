"""Export rules and safety stock as parts of a configuration file.

A rule goes by its name; a safety stock by what it is and what it counts for. Categories go by their
ids, which a test shop shares with the live one. A file carries the settings that let them count.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.transfer.parts import DEFAULT, Change, Part, State
from orderflow_bridge.rules.checking import check_rule, check_safety_stock
from orderflow_bridge.rules.forms import sentence
from orderflow_bridge.rules.models import ExportRule, SafetyStock
from orderflow_bridge.rules.services import delete_rules, save_rule
from orderflow_bridge.stores.models import Website

_RULE = ("entity", "action", "release", "delay_minutes", "position", "is_enabled", "filter_groups")
_MEANT = ("kind", "sku", "attribute_code", "attribute_value", "category_id", "source_id")
_SAFETY = (*_MEANT, "amount", "ends_at", "is_enabled")


@dataclass(frozen=True)
class _Table:
    """What the two parts have in common: a model, its columns in a file, and how it is checked."""

    model: type[Model]
    columns: Sequence[str]
    key: Callable[[Any], str]
    check: Callable[[Any], None]

    @property
    def right(self) -> str:
        """What it takes to write one."""
        return f"rules.change_{self.model._meta.model_name}"

    def rows(self) -> Iterable[Any]:
        return self.model._default_manager.select_related("website").order_by("pk")

    def read(self) -> State:
        """Return all rows by scope and key."""
        state: dict[str, dict[str, Any]] = {}
        for row in self.rows():
            state.setdefault(_scope(row), {})[self.key(row)] = self.values(row)
        return state

    def values(self, row: Any) -> dict[str, Any]:
        return {name: _to_file(getattr(row, name)) for name in self.columns}

    def clean(self, scope: str, key: str, value: Any, by: User | None) -> Any:
        """Return what would be written. Raises ValidationError if it may or can not be."""
        if by is not None and not by.has_perm(self.right):
            raise ValidationError(_("You may not change these."))
        other = next((each for each in self.rows() if self.key(each) == key), None)
        if self.model is ExportRule and other is not None and _scope(other) != scope:
            raise ValidationError(
                _("Another website has a rule “%(key)s”: rename or delete it first.") % {"key": key}
            )
        if value is None:
            return None
        row = self.made(scope, key, value)
        if self.key(row) != key:
            raise ValidationError(_("The name and what it counts for do not belong together."))
        return self.values(row)

    def made(self, scope: str, key: str, value: Any) -> Any:
        """Return a row of a file, checked and not saved."""
        if not isinstance(value, Mapping) or {*value} - {*self.columns}:
            raise ValidationError(
                _("It has these fields: %(names)s.") % {"names": ", ".join(self.columns)}
            )
        row: Any = self.model(**value, website=_website(scope))
        if self.model is ExportRule:
            row.name = key
        row.clean_fields()
        self.check(row)
        return row


def _rule_key(rule: ExportRule) -> str:
    return rule.name


def _safety_key(safety: SafetyStock) -> str:
    """Return what a safety stock is and counts for: "units sku=24-MB01 source_id=eu"."""
    named = [f"{name}={getattr(safety, name)}" for name in _MEANT[1:] if getattr(safety, name)]
    return " ".join([safety.kind, *named])


_RULES = _Table(ExportRule, _RULE, _rule_key, check_rule)
_SAFETY_STOCK = _Table(SafetyStock, _SAFETY, _safety_key, check_safety_stock)


def write_rules(changes: Sequence[Change], by: User | None) -> None:
    """Write rules; what they held is judged anew."""
    for each in changes:
        found = ExportRule.objects.filter(name=each.key)
        if each.after is None:
            delete_rules(found)
            continue
        rule = _RULES.made(each.scope, each.key, each.after)
        rule.pk = found.values_list("pk", flat=True).first()
        save_rule(rule)


def write_safety_stock(changes: Sequence[Change], by: User | None) -> None:
    """Write safety stock; of several rows with one meaning one is left."""
    for each in changes:
        rows = _SAFETY_STOCK.rows()
        same = [row for row in rows if (_scope(row), _safety_key(row)) == (each.scope, each.key)]
        SafetyStock.objects.filter(pk__in=[row.pk for row in same]).delete()
        if each.after is not None:
            _SAFETY_STOCK.made(each.scope, each.key, each.after).save()


def show(key: str, value: Any) -> str:
    """Return a rule or a safety stock as a person reads it."""
    if value is None:
        return _("(none)")
    if "action" in value:
        return sentence(ExportRule(name=key, **value), says_where=False)
    amount, ends = value.get("amount"), value.get("ends_at")
    until = _("%(amount)s until %(time)s") % {"amount": amount, "time": ends}
    text = until if ends else str(amount)
    return text if value.get("is_enabled") else _("%(text)s, not enabled") % {"text": text}


def _scope(row: Any) -> str:
    return row.website.code if row.website else DEFAULT


def _website(scope: str) -> Website | None:
    return Website.objects.get(code=scope) if scope else None


def _to_file(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return plain(value) if hasattr(value, "as_tuple") else value


EXPORT_RULES = Part(
    "export_rules", gettext_lazy("Export Rules"), _RULES.read, _RULES.clean, write_rules, show=show
)
SAFETY_STOCK = Part(
    "safety_stock",
    gettext_lazy("Safety Stock"),
    _SAFETY_STOCK.read,
    _SAFETY_STOCK.clean,
    write_safety_stock,
    show=show,
)
