"""New rights are given to the ready roles; what the shop has decided about these stays."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from orderflow_bridge.access.ready_roles import (
    ADMINISTRATOR,
    OPERATOR,
    add_to_ready_roles,
    ready_roles,
)

pytestmark = pytest.mark.django_db

NEW = tuple(
    name
    for migration in (
        "watch.migrations.0003_rights_of_ready_roles",
        "watch.migrations.0007_rights_to_the_self_test",
        "sales.migrations.0009_rights_of_the_order_page",
        "access.migrations.0007_right_to_refund",
        "access.migrations.0009_rights_of_further_routes",
        "access.migrations.0006_rights_of_configuration_files",
        "watch.migrations.0009_rights_to_the_plugins_page",
        "watch.migrations.0011_rights_to_webhook_receivers",
        "carriers.migrations.0002_rights_of_the_shipping_map",
        "access.integrations.migrations.0001_integrations",
    )
    for name in import_module(f"orderflow_bridge.{migration}").NEW
)


def held(role: str) -> set[str]:
    rights = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{each.content_type.app_label}.{each.codename}" for each in rights}


def test_an_older_database_has_the_new_rights_afterwards_and_nothing_else() -> None:
    before = {role: held(role) for role in (OPERATOR, ADMINISTRATOR)}
    Permission.objects.filter(content_type__app_label__in=("problems", "watch", "plugins")).delete()
    kept_out = Permission.objects.get(codename="view_order", content_type__app_label="sales")
    Group.objects.get(name=OPERATOR).permissions.remove(kept_out)

    add_to_ready_roles(apps, "default", NEW)

    assert held(ADMINISTRATOR) == before[ADMINISTRATOR]
    assert held(OPERATOR) == before[OPERATOR] - {"sales.view_order"}


def test_every_right_that_is_named_is_one_of_a_ready_role() -> None:
    rights = [right for wanted in ready_roles().values() for right in wanted]
    known = {right.name for right in rights} | {right.model._meta.label_lower for right in rights}

    assert set(NEW) <= known


def test_a_role_that_the_shop_has_deleted_stays_deleted() -> None:
    Group.objects.filter(name=OPERATOR).delete()

    add_to_ready_roles(apps, "default", NEW)

    assert not Group.objects.filter(name=OPERATOR).exists()
