"""The forms of export rules and safety stock: criteria as rows that a person can fill."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminSelectWidget

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.rules.criteria import (
    CONDITIONS,
    WITHOUT_VALUE,
    fields_of,
    matching,
    read_groups,
)
from orderflow_bridge.rules.models import ExportRule, SafetyStock
from orderflow_bridge.rules.selectors import words_of
from orderflow_bridge.stores.models import Website

_EMPTY_ROWS = 3
_PARTS = ("joined", "field", "condition", "value")
_OR = "or"
Groups = list[list[list[str]]]


class CriteriaWidget(forms.Widget):
    """Rows of field, condition and value; each joined with those above by AND or OR."""

    template_name = "rules/criteria.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the rows, some of them empty, and what may be chosen."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        rows = list(_rows_of(value or []))
        rows += [{"joined": "", "field": "", "condition": "eq", "value": ""}] * _EMPTY_ROWS
        offered = {entity.label: fields_of(entity) for entity in (Entity.ORDER, Entity.PRODUCT)}
        context |= {"rows": rows, "conditions": CONDITIONS.items(), "offered": offered}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Groups:
        """Return the groups that the rows make; a row without a field is none."""
        columns = [data.getlist(f"{name}-{part}") for part in _PARTS]
        groups: Groups = []
        for joined, field, condition, value in zip(*columns, strict=False):
            if not field.strip():
                continue
            if joined != _OR or not groups:
                groups.append([])
            given = "" if condition in WITHOUT_VALUE else value.strip()
            groups[-1].append([field.strip(), condition, given])
        return groups

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Tell whether the form was posted without these rows."""
        return f"{name}-field" not in data


class CriteriaField(forms.Field):
    """Criteria as a rule stores them; what they say is judged with the form's other fields."""

    widget = CriteriaWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the groups."""
        return (initial or []) != (data or [])


class ExportRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses criteria that nothing can match or mean, by name."""

    website = forms.ModelChoiceField(
        Website.objects.all(),
        required=False,
        empty_label="Every website",
        widget=UnfoldAdminSelectWidget,
    )
    filter_groups = CriteriaField(
        required=False,
        label="When",
        help_text=(
            "Empty rows count for nothing; without any row the rule matches everything. Of an order"
            " product.CODE is an attribute of any of its products."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = sentence(self.instance) if self.instance.pk else ""

    def clean(self) -> dict[str, Any]:
        """Try the criteria, and refuse what products cannot have."""
        cleaned = super().clean() or {}
        groups, entity = cleaned.get("filter_groups") or [], cleaned.get("entity")
        if entity is None:
            return cleaned
        try:
            read = read_groups(groups)
            matching(Entity(entity), read)
            _check_attributes(Entity(entity), [each.field for group in read for each in group])
        except CriteriaRefused as error:
            self.add_error("filter_groups", str(error))
        if entity == Entity.PRODUCT and cleaned.get("deed") == ExportRule.Deed.HOLD:
            self.add_error("deed", "Products are not held: they wait for nobody. Do not export.")
        holds = cleaned.get("deed") == ExportRule.Deed.HOLD
        is_delay = holds and cleaned.get("release") == ExportRule.Release.DELAY
        if is_delay and not cleaned.get("delay_minutes"):
            self.add_error("delay_minutes", "Say after how many minutes.")
        return cleaned


class SafetyStockForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses halves: an attribute without a value, a share above all."""

    def clean(self) -> dict[str, Any]:
        """Refuse what would silently match nothing."""
        cleaned = super().clean() or {}
        code, value = cleaned.get("attribute_code"), cleaned.get("attribute_value")
        if bool(code) != bool(value):
            missing = "attribute_value" if code else "attribute_code"
            self.add_error(missing, "An attribute takes both: its code and a value.")
        if code and not code.isidentifier():
            self.add_error("attribute_code", "A code has letters, digits and underscores only.")
        amount = cleaned.get("amount")
        if cleaned.get("kind") == SafetyStock.Kind.PERCENT and amount and amount > 100:
            self.add_error("amount", "At most 100 per cent can be kept back.")
        sku = cleaned.get("sku")
        if sku and not Product.objects.filter(sku_key=sku).exists():
            self.add_error("sku", f"There is no product {sku}.")
        return cleaned


def sentence(rule: ExportRule) -> str:
    """Return all that a rule says, as its history tells it."""
    entity = Entity(rule.entity).label
    where = rule.website.name if rule.website else "every website"
    deed = rule.get_deed_display()
    if rule.holds:
        after = f" of {rule.delay_minutes} minutes" if rule.release == "delay" else ""
        deed += f", let go {rule.get_release_display().lower()}{after}"
    state = "" if rule.is_enabled else ", not enabled"
    words = words_of(rule)
    return f"{deed}: {entity}s of {where}, if {words} (position {rule.position}{state})"


def _rows_of(groups: Sequence[Sequence[Sequence[str]]]) -> Iterator[Mapping[str, str]]:
    for group in groups:
        for place, (field, condition, value) in enumerate(group):
            joined = _OR if place else "and"
            yield {"joined": joined, "field": field, "condition": condition, "value": value}


def _check_attributes(entity: Entity, names: Sequence[str]) -> None:
    """Refuse attributes that no product has: a slip of the pen would match nothing for ever."""
    known = fields_of(entity)
    for name in names:
        code = name.partition(".")[2] if entity == Entity.ORDER else name
        if not code or name in known or code in fields_of(Entity.PRODUCT):
            continue
        if not Product.objects.filter(custom_attributes__has_key=code).exists():
            raise ValidationError({"filter_groups": f"No product has an attribute “{code}”."})
