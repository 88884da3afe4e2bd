"""Export rules and safety stock go from shop to shop in a configuration file."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone

from orderflow_bridge.configuration.transfer.services import export_file
from orderflow_bridge.inventory.models import Source
from orderflow_bridge.rules.models import ExportRule, SafetyStock
from tests.configuration.carrying import brought
from tests.factories import make_product, make_source, make_website
from tests.rules.making import hold, make_rule

pytestmark = pytest.mark.django_db

ONLY = ("export_rules", "safety_stock")


def everything():
    """Return what there is, without row numbers."""
    rules = ExportRule.objects.order_by("name").values()
    safety = SafetyStock.objects.order_by("kind", "sku").values()
    return [{k: v for k, v in row.items() if k != "id"} for row in (*rules, *safety)]


def test_what_is_exported_comes_back_as_it_was():
    website = make_website(code="uk")
    make_product("24-MB01")
    make_source("eu")
    hold(("grand_total", "gt", "500"), name="Over 500", release="delay", delay_minutes=30)
    make_rule(("shipping_method", "like", "instore%"), name="Pick-up", website=website, position=3)
    SafetyStock.objects.create(amount=5, sku="24-MB01", ends_at=timezone.now())
    SafetyStock.objects.create(
        kind="percent", amount=Decimal("2.5"), website=website, source=Source.objects.get(pk="eu")
    )
    before, text = everything(), export_file(environment="test", only=ONLY)
    ExportRule.objects.all().delete()
    SafetyStock.objects.all().delete()

    plan = brought(text)

    assert len(plan.changes) == 4
    assert everything() == before
    assert not brought(text).changes
    assert "Hold, let go after a delay of 30 minutes" in " ".join(row.after for row in plan.rows())


def test_a_file_changes_and_deletes_what_it_names():
    hold(("grand_total", "gt", "500"), name="Over 500")
    make_rule(("shipping_method", "like", "instore%"), name="Pick-up")
    content = json.loads(export_file(environment="test", only=ONLY))
    rules = content["parts"]["export_rules"]["default"]
    rules["Over 500"]["filter_groups"][0][0][2] = "900"
    rules["Pick-up"] = None

    brought(json.dumps(content))

    assert ExportRule.objects.get().filter_groups == [[["grand_total", "gt", "900"]]]


@pytest.mark.parametrize(
    ("part", "key", "value", "text"),
    [
        ("export_rules", "A", {"filter_groups": [[["nonsense", "eq", "1"]]]}, "is not supported"),
        ("export_rules", "A", {"entity": 99}, "99"),
        ("export_rules", "A", {"colour": "red"}, "It has these fields"),
        ("export_rules", "A", "everything", "It has these fields"),
        ("safety_stock", "units", {"kind": "percent", "amount": "5"}, "do not belong together"),
        ("safety_stock", "units sku=NOPE", {"amount": "5", "sku": "NOPE"}, "There is no product"),
    ],
)
def test_what_cannot_be_taken_is_said_and_left_out(part, key, value, text):
    content = json.loads(export_file(environment="test", only=ONLY))
    content["parts"][part] = {"default": {key: value}}

    plan = brought(json.dumps(content), leave_out=True)

    [problem] = plan.problems
    assert text in problem.text
    assert everything() == []
