"""Stores → Export Rules and Safety Stock, and what held orders say on their pages."""

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from exports.cron import export_orders_create
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.selectors import inventory_import, order_export
from orderflow_bridge.rules.models import ExportRule, HeldOrder, SafetyStock
from orderflow_bridge.sales.models import Order
from tests.admin.test_dashboard import rows_behind, statistics_of
from tests.exports.shop import make_due_orders, make_due_products, make_shop, told
from tests.exports.test_why_not_due import cells, facts
from tests.factories import make_product
from tests.imports.stock import apply
from tests.rules.making import hold, make_rule

pytestmark = pytest.mark.django_db

RULES, SAFETY, ORDERS = (
    "/admin/rules/exportrule/",
    "/admin/rules/safetystock/",
    "/admin/sales/order/",
)
PREVIEW = f"{RULES}preview/"


def filled(*rows, **values):
    """A rule's form as a browser posts it: rows are (joined, field, condition, value)."""
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
    names = ("joined", "field", "condition", "value")
    return {
        "name": "Over 500",
        "entity": int(Entity.ORDER),
        "website": "",
        "action": "hold",
        "release": "hand",
        "delay_minutes": "0",
        "position": "0",
        "is_enabled": "on",
        **{f"filter_groups-{name}": list(c) for name, c in zip(names, columns, strict=True)},
        **values,
    }


DEAR = ("and", "grand_total", "gt", "500")


def test_a_rule_is_filled_in_row_by_row_and_counts_at_once(boss, orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)

    page = boss.post(
        f"{RULES}add/",
        filled(DEAR, ("and", "coupon_code", "eq", "A"), ("or", "coupon_code", "null", "x"),
               ("and", "", "eq", "")),
        follow=True,
    ).content.decode()  # fmt: skip

    rule = ExportRule.objects.get()
    assert rule.filter_groups == [
        [["grand_total", "gt", "500"]],
        [["coupon_code", "eq", "A"], ["coupon_code", "null", ""]],
    ]
    assert "Apply Export Rules” was switched on" in page
    assert order_export().apply_rules
    export_orders_create()
    assert told(orderflow) == []
    assert Order.objects.get().is_held
    again = boss.get(f"{RULES}{rule.pk}/change/").content.decode()
    assert 'value="grand_total"' in again
    assert order.pk


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (filled(("and", "grand_totals", "gt", "5")), "“grand_totals” is not supported"),
        (filled(("and", "grand_total", "gt", "much")), "float"),
        (filled(("and", "product.colour", "eq", "red")), "No product has an attribute “colour”."),
        (filled(DEAR, release="delay"), "Say after how many minutes."),
        (filled(("and", "sku", "eq", "A"), entity=int(Entity.PRODUCT)), "Products are not held"),
    ],
)
def test_what_nothing_can_match_is_refused_in_words(boss, values, text):
    page = boss.post(f"{RULES}add/", values).content.decode()

    assert text in page.replace("&quot;", "“", 1).replace("&quot;", "”", 1)
    assert not ExportRule.objects.exists()


def test_the_history_of_a_rule_says_what_it_said(boss):
    boss.post(f"{RULES}add/", filled(DEAR))
    rule = ExportRule.objects.get()
    boss.post(f"{RULES}{rule.pk}/change/", filled(("and", "grand_total", "gt", "900")))

    said = LogEntry.objects.latest("pk").change_message

    assert "grand_total is above 500" in said
    assert "grand_total is above 900" in said


def test_the_preview_tells_what_would_be_held_and_let_go_and_saves_nothing(boss, orderflow):
    website = make_shop(orderflow)
    dear, cheap = make_due_orders(website, 2, grand_total=501)
    Order.objects.filter(pk=cheap.pk).update(grand_total=100)
    rule = hold(("grand_total", "lt", "200"), name="Over 500")

    page = boss.post(PREVIEW, filled(DEAR, _rule=rule.pk)).content.decode()

    assert "1 of 2 waiting orders would be held" in page
    assert "1 would be let go" in page
    assert dear.increment_id in page
    assert cheap.increment_id in page
    assert ExportRule.objects.get().filter_groups == [[["grand_total", "lt", "200"]]]


def test_the_preview_of_a_products_rule(boss, orderflow):
    website = make_shop(orderflow)
    [sample, _] = make_due_products(website, 2)
    Product.objects.filter(pk=sample.pk).update(custom_attributes={"sample": "yes"})

    values = filled(("and", "sample", "eq", "yes"), entity=int(Entity.PRODUCT), action="refuse")
    page = boss.post(PREVIEW, values).content.decode()

    assert "1 of 2 waiting products would be left out" in page
    assert sample.sku in page


def test_a_preview_of_nonsense_says_what_is_wrong(boss):
    page = boss.post(PREVIEW, filled(("and", "nonsense", "gt", "5"))).content.decode()

    assert "is not supported" in page
    assert boss.get(PREVIEW).status_code == 405


def test_a_held_order_says_by_which_rule_why_and_since_when(boss, orderflow):
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1, grand_total=501)
    hold(("grand_total", "gt", "500"), name="Over 500", release="hand")
    export_orders_create()

    said = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)
    page = boss.get(f"{ORDERS}?held=yes").content

    assert said["Status"] == "Held"
    assert said["Next Try"].startswith("Held since ")
    assert "“Over 500” (grand_total is above 500), until somebody releases it." in said["Next Try"]
    assert cells(page, "export_label") == ["Held"]
    assert cells(boss.get(f"{ORDERS}?held=no").content, "export_label") == []
    waiting = boss.get("/admin/exports/waitingorder/").content.decode()
    assert "Held by the rule “Over 500”" in waiting


def test_the_dashboard_counts_held_orders(boss, orderflow):
    website = make_shop(orderflow)
    assert "Orders held" not in statistics_of(boss)
    make_due_orders(website, 2, grand_total=501)
    hold(("grand_total", "gt", "500"))
    export_orders_create()

    value, note, url = statistics_of(boss)["Orders held"]

    assert (value, rows_behind(boss, url)) == ("2", 2)
    assert "Held by rules" in note


def test_it_is_released_on_its_page_and_the_audit_says_by_whom(boss, orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)
    hold(("grand_total", "gt", "500"))
    export_orders_create()

    page = boss.post(f"{ORDERS}{order.pk}/release/", follow=True).content.decode()

    assert "You released the order." in page
    assert "Released from the rule “Rule 1” by boss." in page
    story = boss.get(f"/admin/timeline/timeline/?q={order.increment_id}", follow=True)
    assert "Held by the rule “Rule 1”" in story.content.decode()
    assert HeldOrder.objects.get().released_by == "boss"
    assert LogEntry.objects.filter(change_message="Release was asked for.").exists()
    export_orders_create()
    assert told(orderflow) == [order.increment_id]


def test_a_selection_is_released(boss, orderflow):
    website = make_shop(orderflow)
    orders = make_due_orders(website, 3, grand_total=501)
    hold(("grand_total", "gt", "500"))
    export_orders_create()

    values = {
        "action": "release_selected",
        "_selected_action": [order.pk for order in orders[:2]],
        "confirmed": "yes",
    }
    page = boss.post(ORDERS, values, follow=True).content.decode()

    assert "We released 2 order(s)." in page
    export_orders_create()
    assert len(told(orderflow)) == 2


def test_what_a_rule_leaves_out_says_so(boss, orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, shipping_method="instore_pickup")
    make_rule(("shipping_method", "like", "instore%"), name="Pick-up")

    said = facts(boss.get(f"{ORDERS}{order.pk}/change/").content)

    assert said["Next Try"].startswith("Never: the rule “Pick-up” does not export it")


def test_a_deleted_rule_lets_go_what_it_held(boss, orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, grand_total=501)
    rule = hold(("grand_total", "gt", "500"))
    export_orders_create()

    boss.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"})

    assert not HeldOrder.objects.exists()
    assert Order.objects.get().orderflow_last_error == ""
    export_orders_create()
    assert told(orderflow) == [order.increment_id]


def safety(**values):
    """The form of a safety stock as a browser posts it."""
    return {
        "kind": "units", "amount": "5", "sku": "", "source": "", "attribute_code": "",
        "attribute_value": "", "category": "", "website": "", "ends_at_0": "", "ends_at_1": "",
        "is_enabled": "on", **values,
    }  # fmt: skip


def test_a_safety_stock_is_entered_and_shown_in_the_lines(boss):
    make_product("24-MB01")

    page = boss.post(f"{SAFETY}add/", safety(sku="24-mb01"), follow=True).content.decode()

    assert "Keep Safety Stock” was switched on" in page
    assert inventory_import().keep_safety_stock
    [line] = apply(("24-MB01", 12, 1))
    assert line.units_applied == Decimal(7)
    report = reverse("admin:imports_inventoryimport_change", args=[line.parent_id])
    assert "The quantity kept back by Stores, Safety Stock." in boss.get(report).content.decode()
    lines = boss.get("/admin/imports/importline/?cols=sequence&cols=safety").content
    assert cells(lines, "safety") == ["5"]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"kind": "percent", "amount": "101"}, "At most 100 per cent"),
        ({"attribute_code": "brand"}, "An attribute takes both"),
        ({"sku": "NOPE"}, "There is no product NOPE."),
        ({"amount": "-1"}, "greater than or equal to 0"),
    ],
)
def test_half_a_safety_stock_is_refused(boss, values, text):
    assert text in boss.post(f"{SAFETY}add/", safety(**values)).content.decode()
    assert not SafetyStock.objects.exists()
