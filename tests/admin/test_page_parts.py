"""A model has one admin class; what other rooms add to its list and page stands in its place."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.console.page_parts import FIRST, PageParts, arranged
from orderflow_bridge.sales.models import Order
from tests.admin.samples import fill_shop, make_operator

pytestmark = pytest.mark.django_db
OURS = ("orderflow_bridge", "exports", "imports", "soapapi")


@pytest.mark.parametrize("model", [Order, Product])
def test_the_class_of_a_page_is_known_from_three_files(model):
    page = type(admin.site.get_model_admin(model))
    own = [each.__name__ for each in page.__mro__ if each.__module__.split(".")[0] in OURS]

    assert len(own) <= 3, own


def test_an_orders_page_shows_what_each_room_knows_in_a_stated_order(boss):
    fill_shop()
    order = Order.objects.first()

    context = boss.get(f"/admin/sales/order/{order.pk}/change/").context

    assert [section.slug for section in context["sections"]] == [
        "information",
        "orderflow",
        "invoices",
        "shipments",
        "creditmemos",
        "comments",
        "timeline",
    ]
    orders: Any = admin.site.get_model_admin(Order)
    assert [action.slug for action in orders.record_actions()] == [
        "export",
        "ask",
        "announce",
        "hold",
        "unhold",
        "release",
        "cancel",
        "reorder",
    ]


def test_the_products_list_offers_what_each_room_adds_in_a_stated_order(boss):
    fill_shop()

    grid = boss.get("/admin/catalog/product/").context["cl"]

    columns = [each.name for each in grid.columns if each.is_shown]
    assert columns[columns.index("price_text") + 1] == "quantity"
    assert columns[-1] == "action_links"
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True)
    assert list(admin.site.get_model_admin(Product).get_actions(request)) == [
        "delete_selected",
        "export_selected",
        "change_status",
        "update_attributes",
        "reset_selected",
    ]


def test_a_products_form_has_stock_and_websites_before_its_own_tabs(boss):
    fill_shop()
    product = Product.objects.first()

    answer = boss.get(f"/admin/catalog/product/{product.pk}/change/")

    titles = [each.opts.verbose_name_plural for each in answer.context["inline_admin_formsets"]]
    assert [str(title) for title in titles] == [
        "Stock",
        "Websites",
        "Categories",
        "Variants and Parts",
        "OrderFlow's SKUs",
    ]


def test_an_added_action_is_not_offered_without_its_right():
    request = RequestFactory().get("/")
    request.user = make_operator("canceller", "view", "cancel")

    assert list(admin.site.get_model_admin(Order).get_actions(request)) == ["cancel_selected"]


def test_a_part_whose_neighbour_the_reader_does_not_see_stands_in_front():
    parts = PageParts(places={"a": FIRST, "b": "own", "c": "unseen"})

    assert arranged(["own", "last"], [(parts, "abcd")]) == ["c", "a", "own", "b", "last", "d"]
