"""A declared column: what a row shows, and what its list is sorted by."""

from types import SimpleNamespace

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field

from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.stores.models import Website


def test_a_field_is_shown_and_sorted_by_itself():
    attempts = column("Attempts", "orderflow_attempts", number_cell)

    assert attempts(SimpleNamespace(orderflow_attempts=0)) == "0"
    assert attempts.admin_order_field == "orderflow_attempts"


def test_a_field_of_what_the_row_belongs_to_is_found_by_its_way():
    sku = column("SKU", "product.sku")

    assert sku(SimpleNamespace(product=SimpleNamespace(sku="24-MB01"))) == "24-MB01"
    assert sku.admin_order_field == "product__sku"


def test_what_a_function_returns_is_sorted_only_by_a_named_field():
    plain = column("Reason", lambda row: row.reason or "–")
    named = column("Reason", lambda row: row.reason or "–", ordering="reason")

    assert plain(SimpleNamespace(reason="")) == "–"
    assert (plain.admin_order_field, named.admin_order_field) == (None, "reason")
    assert column("Message", "reason", ordering="").admin_order_field is None


def test_django_reads_a_column_as_it_reads_a_method():
    class WebsiteAdmin(admin.ModelAdmin):
        shout = column("Shout", "code", str.upper)

    page = WebsiteAdmin(Website, admin.site)

    assert label_for_field("shout", Website, page) == "Shout"
    assert lookup_field("shout", Website(code="base"), page)[2] == "BASE"
