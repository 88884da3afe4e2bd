"""What the rights to read mean for roles, users and tokens that an older version made."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client

from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.ready_roles import IMPORT
from orderflow_bridge.access.selectors import caller_of
from orderflow_bridge.access.services import grant_token
from tests.factories import make_product, make_user

pytestmark = pytest.mark.django_db
GUIDES_ROLE = "orderflow"


@pytest.fixture
def upgrade() -> SimpleNamespace:
    """The data migration that takes reading from writing."""
    module = importlib.import_module(
        "orderflow_bridge.access.migrations.0004_reading_apart_from_writing"
    )
    editor = SimpleNamespace(connection=connection)
    return SimpleNamespace(
        rights=lambda: module.part_reading_from_writing(apps, editor),
        tokens=lambda: module.bind_tokens_to_passwords(apps, editor),
    )


def codenames(holder: Group) -> set[str]:
    """Return what a role holds."""
    return {right.codename for right in holder.permissions.all()}


def test_a_role_of_the_shop_goes_on_reading_what_it_writes(upgrade: SimpleNamespace) -> None:
    role = Group.objects.create(name="erp")
    role.permissions.set(
        Permission.objects.filter(codename__in=("catalog_products", "quotes", "stocks_link"))
    )
    user = make_user(rights=["access.orders_invoice"])

    upgrade.rights()

    assert codenames(role) == {
        *("catalog_products", "products_view", "quotes", "quotes_view"),
        *("stocks_link", "stock_links_view"),
    }
    assert User.objects.get(pk=user.pk).has_perms(["access.orders_invoice", "access.invoices_view"])


@pytest.mark.parametrize("name", [GUIDES_ROLE, IMPORT])
def test_orderflows_ready_roles_keep_reading_products_and_lose_writing(
    upgrade: SimpleNamespace, name: str
) -> None:
    role = Group.objects.get(name=name)
    role.permissions.remove(Permission.objects.get(codename="products_view"))
    role.permissions.add(Permission.objects.get(codename="catalog_products"))

    upgrade.rights()

    assert codenames(role) == {
        *("orderflow_import", "products_view", "product_stock", "orders_view", "stores"),
        "see_people",
    }


@pytest.mark.parametrize("name", [GUIDES_ROLE, IMPORT])
def test_a_user_of_orderflows_role_reads_a_product_and_cannot_change_or_delete_it(
    client: Client, name: str
) -> None:
    make_product("24-MB01")
    user = make_user("orderflow")
    user.groups.add(Group.objects.get(name=name))
    headers = {"Authorization": f"Bearer {grant_token(user)}"}
    address = "/rest/V1/products/24-MB01"

    read = client.get(address, headers=headers)
    changed = client.put(address, {"product": {"name": "x"}}, "application/json", headers=headers)
    deleted = client.delete(address, headers=headers)

    assert [answer.status_code for answer in (read, changed, deleted)] == [200, 401, 401]


def test_a_role_that_is_taken_away_ends_its_rights_with_the_next_message(client: Client) -> None:
    user = make_user("orderflow")
    user.groups.add(Group.objects.get(name=IMPORT))
    headers = {"Authorization": f"Bearer {grant_token(user)}"}
    assert client.get("/rest/V1/store/websites", headers=headers).status_code == 200

    user.groups.clear()

    assert client.get("/rest/V1/store/websites", headers=headers).status_code == 401


def test_a_token_that_an_older_version_granted_goes_on_until_the_password_changes(
    upgrade: SimpleNamespace,
) -> None:
    user = make_user("orderflow")
    token = grant_token(user)
    AccessToken.objects.update(password_digest="")

    upgrade.tokens()

    assert caller_of(token).is_authenticated
    user.set_password("another one entirely")
    user.save()
    assert not caller_of(token).is_authenticated


def test_a_user_who_is_disabled_and_enabled_again_has_to_sign_in_anew(client: Client) -> None:
    user = make_user("orderflow")
    token = grant_token(user)
    client.force_login(make_user("boss", is_superuser=True))
    address = f"/admin/auth/user/{user.pk}/change/"

    client.post(address, {"username": "orderflow"})
    client.post(address, {"username": "orderflow", "is_active": "on"})

    assert User.objects.get(pk=user.pk).is_active
    assert not caller_of(token).is_authenticated
