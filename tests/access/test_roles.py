"""Ready roles, and who may hand out what (docs/security.md)."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from orderflow_bridge.access.ready_roles import ADMINISTRATOR, IMPORT, OPERATOR, ready_roles
from orderflow_bridge.access.role_rights import rights_pages
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def staff(*roles: str, codenames: tuple[str, ...] = ()) -> User:
    """Return a user with these roles and further rights."""
    user = make_user()
    user.groups.set(Group.objects.filter(name__in=roles))
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def browser_of(user: User) -> Client:
    """Return a browser in which the user is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", [OPERATOR, ADMINISTRATOR, IMPORT])
def test_a_ready_role_holds_its_rights(name: str) -> None:
    rows = Group.objects.get(name=name).permissions.select_related("content_type")

    held = {f"{row.content_type.app_label}.{row.codename}" for row in rows}

    assert held == {right.name for right in ready_roles()[name]}


def test_the_guides_role_may_do_what_the_role_orderflow_import_may() -> None:
    of_guide = Group.objects.get(name="orderflow").permissions.values_list("pk", flat=True)
    ready = Group.objects.get(name=IMPORT).permissions.values_list("pk", flat=True)

    assert set(of_guide) == set(ready)


def test_an_operator_acts_but_neither_configures_nor_edits() -> None:
    user = staff(OPERATOR)

    assert user.has_perms(
        ["imports.process_importrequest", "exports.export_orders", "scheduler.run_job"]
    )
    assert not [right for right in user.get_all_permissions() if "configuration." in right]
    assert not [right for right in user.get_all_permissions() if ".change_" in right]
    assert not user.has_perm("access.orderflow_import")


def test_every_right_stands_on_one_page_under_a_title_of_its_own() -> None:
    pages = rights_pages()
    names = [right.name for page in pages for right in page.rights]

    assert len(names) == len(set(names))
    for page in pages:
        titles = [right.title for right in page.rights]
        assert len(titles) == len(set(titles)), page.title
    existing = {
        f"{row.content_type.app_label}.{row.codename}"
        for row in Permission.objects.select_related("content_type")
    }
    assert set(names) <= existing


def test_the_role_form_shows_rights_under_their_pages() -> None:
    page = browser_of(staff(ADMINISTRATOR)).get(reverse("admin:auth_group_add")).content.decode()

    assert "<legend>OrderFlow Imports – Requests</legend>" in page
    assert page.count("Process</label>") == 2
    assert "Configure</label>" in page
    assert "OrderFlow Import</label>" in page


def test_an_administrator_makes_an_operator() -> None:
    client = browser_of(staff(ADMINISTRATOR))
    clerk = make_user("clerk")
    role = Group.objects.get(name=OPERATOR)

    answer = client.post(
        reverse("admin:auth_user_change", args=[clerk.pk]),
        {"username": "clerk", "is_active": "on", "groups": [role.pk]},
    )

    assert answer.status_code == 302
    clerk.refresh_from_db()
    assert clerk.groups.get() == role


def test_nobody_hands_out_more_than_he_has() -> None:
    giver = staff(OPERATOR, codenames=("view_user", "change_user", "view_group", "change_group"))
    clerk = make_user("clerk")
    powerful = Group.objects.get(name=ADMINISTRATOR)
    client = browser_of(giver)

    page = client.get(reverse("admin:auth_user_change", args=[clerk.pk])).content.decode()
    client.post(
        reverse("admin:auth_user_change", args=[clerk.pk]),
        {"username": "clerk", "is_active": "on", "is_superuser": "on", "groups": [powerful.pk]},
    )

    assert "OrderFlow operator" in page
    assert "OrderFlow administrator" not in page
    clerk.refresh_from_db()
    assert not clerk.is_superuser
    assert not clerk.groups.exists()


def test_a_role_keeps_the_rights_that_its_editor_has_not_got() -> None:
    giver = staff(codenames=("view_group", "change_group", "view_order"))
    role = Group.objects.create(name="desk")
    role.permissions.set(Permission.objects.filter(codename__in=("view_order", "view_quote")))

    browser_of(giver).post(
        reverse("admin:auth_group_change", args=[role.pk]), {"name": "desk", "permissions": []}
    )

    assert [row.codename for row in role.permissions.all()] == ["view_quote"]


def test_nobody_takes_over_somebody_with_more_rights() -> None:
    giver = staff(OPERATOR, codenames=("view_user", "change_user", "delete_user"))
    target = staff(ADMINISTRATOR)
    target.is_active = False
    target.save()
    client = browser_of(giver)

    password = client.post(
        reverse("admin:auth_user_password_change", args=[target.pk]),
        {"usable_password": "true", "password1": "a-new-phrase-1", "password2": "a-new-phrase-1"},
    )
    client.post(reverse("admin:auth_user_delete", args=[target.pk]), {"post": "yes"})

    assert password.status_code == 403
    assert User.objects.filter(pk=target.pk, password=target.password).exists()


def test_a_page_offers_only_the_rights_its_reader_has() -> None:
    reader = staff(codenames=("view_group", "add_group", "view_order"))

    page = browser_of(reader).get(reverse("admin:auth_group_add")).content.decode()

    assert "<legend>Sales – Orders</legend>" in page
    assert "Sales – Quotes" not in page
