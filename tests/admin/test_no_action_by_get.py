"""Opening an address never changes anything; only a POST with the page's token does."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core import serializers
from django.test import Client, RequestFactory
from django.urls import reverse
from unfold.admin import ModelAdmin

from imports.models import Import
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order, OrderItem, Shipment
from tests.admin.samples import fill_shop, make_operator

pytestmark = pytest.mark.django_db

WATCHED = (Order, OrderItem, Shipment, SourceItem, Request, Import, Problem)


def _actions() -> Iterator[tuple[Any, RecordAction]]:
    for model_admin in admin.site._registry.values():
        if isinstance(model_admin, BridgeAdmin):
            for action in model_admin.record_actions():
                yield model_admin, action


def _addresses() -> list[str]:
    addresses = []
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True)
    for model_admin, action in _actions():
        name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_{action.slug}"
        rows = model_admin.record_queryset(request)
        offered = [one for one in rows if action.is_offered(one)]
        addresses += [reverse(name, args=[one.pk]) for one in offered[:2]]
    return addresses


def _snapshot() -> str:
    rows = [row for model in WATCHED for row in model.objects.order_by("pk")]
    return serializers.serialize("json", rows)


def test_each_action_is_known():
    known = {(model_admin.opts.model_name, action.slug) for model_admin, action in _actions()}

    assert {
        ("order", "hold"),
        ("order", "unhold"),
        ("order", "cancel"),
        ("importrequest", "process"),
        ("inventoryimport", "requeue"),
        ("product", "export"),
        ("order", "export"),
        ("productexport", "requeue"),
        ("exportrequest", "process"),
        ("waitingproduct", "requeue"),
        ("endpointstate", "again"),
    } <= known


def test_opening_an_actions_address_only_asks(boss):
    fill_shop()
    addresses, before = _addresses(), _snapshot()

    answers = [boss.get(address) for address in addresses]

    assert len(answers) >= 5
    assert all(answer.status_code == 200 for answer in answers)
    assert all("csrfmiddlewaretoken" in answer.content.decode() for answer in answers)
    assert _snapshot() == before


def test_a_post_without_the_pages_token_is_refused():
    fill_shop()
    addresses, before = _addresses(), _snapshot()
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_operator("boss", "view", "change"))

    statuses = {client.post(address).status_code for address in addresses}

    assert statuses == {403}
    assert _snapshot() == before


def test_somebody_who_may_only_look_cannot_act(viewer):
    fill_shop()
    addresses, before = _addresses(), _snapshot()

    statuses = {viewer.post(address).status_code for address in addresses}
    statuses |= {viewer.get(address).status_code for address in addresses}

    assert statuses == {403}
    assert _snapshot() == before


def test_a_stranger_is_sent_to_the_login():
    fill_shop()
    before = _snapshot()

    answers = [Client().post(address) for address in _addresses()]

    assert all("/login/" in answer["Location"] for answer in answers)
    assert _snapshot() == before


def test_record_pages_take_no_post(boss):
    fill_shop()
    order = Order.objects.first()

    assert boss.post(f"/admin/sales/order/{order.pk}/change/").status_code == 405


@pytest.mark.parametrize("place", ["actions_list", "actions_row", "actions_detail"])
def test_every_action_of_unfold_asks_first(place):
    unasked = [
        (str(model_admin), name)
        for model_admin in admin.site._registry.values()
        if isinstance(model_admin, ModelAdmin)
        for name in model_admin._extract_action_names(getattr(model_admin, place))
        if getattr(getattr(model_admin, name), "dialog", None) is None
    ]

    assert unasked == []
