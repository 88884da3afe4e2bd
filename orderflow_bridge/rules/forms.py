"""The forms of export rules and safety stock: criteria as rows that a person can fill."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.translation import gettext_lazy, in_english
from orderflow_bridge.rules.checking import check_rule, check_safety_stock
from orderflow_bridge.rules.criteria import (
    CONDITIONS,
    WITHOUT_VALUE,
    fields_of,
)
from orderflow_bridge.rules.models import ExportRule
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
        empty_label=gettext_lazy("Every website"),
        widget=UnfoldAdminSelectWidget,
    )
    filter_groups = CriteriaField(
        required=False,
        label=gettext_lazy("When"),
        help_text=gettext_lazy(
            "Empty rows count for nothing; without any row the rule matches everything. Of an order"
            " product.CODE is an attribute of any of its products."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = kept_sentence(self.instance) if self.instance.pk else ""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        _judge(self, check_rule)


class SafetyStockForm(forms.ModelForm):  # type: ignore[type-arg]
    """Refuses halves: an attribute without a value, a share above all."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        _judge(self, check_safety_stock)


def _judge(form: "forms.ModelForm[Any]", check: Callable[[Any], None]) -> None:
    """Judge what the form would save, once each field is acceptable by itself."""
    if form.errors:
        return
    try:
        check(form.instance)
    except ValidationError as error:
        form.add_error(None, error)


def action_text(rule: ExportRule) -> str:
    """Return what a rule does, and until when."""
    if not rule.holds:
        return rule.get_action_display()
    return {
        ExportRule.Release.ITSELF: _("Hold, let go when it no longer matches"),
        ExportRule.Release.DELAY: _("Hold, let go after a delay of %(count)s minutes")
        % {"count": rule.delay_minutes},
        ExportRule.Release.HAND: _("Hold, let go by hand"),
    }[ExportRule.Release(rule.release)]


def sentence(rule: ExportRule, *, says_where: bool = True) -> str:
    """Return all that a rule says, as its history tells it."""
    said = {
        "action": action_text(rule),
        "what": _concerned(rule, says_where=says_where),
        "criteria": words_of(rule),
        "position": rule.position,
    }
    if rule.is_enabled:
        return _("%(action)s: %(what)s, if %(criteria)s (position %(position)s)") % said
    return _("%(action)s: %(what)s, if %(criteria)s (position %(position)s, not enabled)") % said


def kept_sentence(rule: ExportRule) -> str:
    """Return the sentence for the history, which is in English."""
    with in_english():
        return sentence(rule)


def _concerned(rule: ExportRule, *, says_where: bool) -> str:
    is_of_orders = rule.entity == Entity.ORDER
    if not says_where:
        return _("Orders") if is_of_orders else _("Products")
    if rule.website is None:
        return _("Orders of every website") if is_of_orders else _("Products of every website")
    text = _("Orders of %(website)s") if is_of_orders else _("Products of %(website)s")
    return text % {"website": rule.website.name}


def _rows_of(groups: Sequence[Sequence[Sequence[str]]]) -> Iterator[Mapping[str, str]]:
    for group in groups:
        for place, (field, condition, value) in enumerate(group):
            joined = _OR if place else "and"
            yield {"joined": joined, "field": field, "condition": condition, "value": value}
