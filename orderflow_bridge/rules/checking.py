"""What is wrong with a rule or a safety stock as somebody wants it, by field and in words."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.rules.criteria import fields_of, matching, read_groups
from orderflow_bridge.rules.models import ExportRule, SafetyStock

_MOST_PERCENT = 100


def check_rule(rule: ExportRule) -> None:
    """Raise ValidationError for criteria that nothing can match, and actions that there are not."""
    errors: dict[str, str] = {}
    entity = Entity(rule.entity)
    try:
        groups = read_groups(rule.filter_groups)
        matching(entity, groups)
        errors |= _unknown_attributes(entity, [each.field for some in groups for each in some])
    except CriteriaRefused as error:
        errors["filter_groups"] = str(error)
    if entity == Entity.PRODUCT and rule.holds:
        errors["action"] = _(
            "Products are not held: nothing would let them go. Do not export them."
        )
    elif rule.holds and rule.release == ExportRule.Release.DELAY and not rule.delay_minutes:
        errors["delay_minutes"] = _("Say after how many minutes.")
    if errors:
        raise ValidationError(errors)


def check_safety_stock(safety: SafetyStock) -> None:
    """Raise ValidationError for what would silently match nothing."""
    errors: dict[str, str] = {}
    code, value = safety.attribute_code, safety.attribute_value
    if bool(code) != bool(value):
        missing = "attribute_value" if code else "attribute_code"
        errors[missing] = _("An attribute takes both: its code and a value.")
    elif code and not code.isidentifier():
        errors["attribute_code"] = _("A code has letters, digits and underscores only.")
    is_share = safety.kind == SafetyStock.Kind.PERCENT
    if is_share and safety.amount is not None and safety.amount > _MOST_PERCENT:
        errors["amount"] = _("At most 100 per cent can be kept back.")
    if safety.sku and not Product.objects.filter(sku_key=safety.sku).exists():
        errors["sku"] = _("There is no product %(sku)s.") % {"sku": safety.sku}
    if errors:
        raise ValidationError(errors)


def _unknown_attributes(entity: Entity, names: Sequence[str]) -> dict[str, str]:
    """Refuse attributes that no product has: a slip of the pen would match nothing for ever."""
    known = fields_of(entity)
    for name in names:
        code = name.partition(".")[2] if entity == Entity.ORDER else name
        if not code or name in known or code in fields_of(Entity.PRODUCT):
            continue
        if not Product.objects.filter(custom_attributes__has_key=code).exists():
            return {"filter_groups": _("No product has an attribute “%(code)s”.") % {"code": code}}
    return {}
