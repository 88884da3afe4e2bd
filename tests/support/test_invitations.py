"""A mail with a link, by which somebody sets the password of an account: once, and not for long."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.utils import timezone

from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.support.models import Invitation
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NEW = {"new_password1": "correct horse battery", "new_password2": "correct horse battery"}


@pytest.fixture
def nina() -> User:
    """Somebody without a password, with a right of the admin."""
    return make_user("nina", password=None, email="nina@example.com", rights=["sales.view_order"])


def invited(client: Any, admin_user: User, nina: User, mailoutbox: Any) -> str:
    """Send the invitation as the administrator; return the link's path."""
    client.force_login(admin_user)
    answer = client.post(f"/admin/auth/user/{nina.pk}/invite/")
    told = [str(each) for each in get_messages(answer.wsgi_request)]
    assert told == ["The invitation is sent to nina@example.com."]
    client.logout()
    return re.search(r"http://testserver(/admin/invitation/\S+)", mailoutbox[-1].body)[1]


def test_the_link_sets_the_password_and_its_owner_signs_in(client, admin_user, nina, mailoutbox):
    link = invited(client, admin_user, nina, mailoutbox)

    assert "Set the password of nina." in client.get(link).content.decode()
    client.post(link, NEW)

    posted = {"username": "nina", "password": NEW["new_password1"]}
    assert client.post("/admin/login/", posted)["Location"] == "/admin/"


def test_it_is_good_once(client, admin_user, nina, mailoutbox):
    link = invited(client, admin_user, nina, mailoutbox)
    client.post(link, NEW)

    again = client.post(link, dict.fromkeys(NEW, "another horse battery"))

    assert again.status_code == 410
    assert "no longer good" in again.content.decode()
    assert User.objects.get(pk=nina.pk).check_password(NEW["new_password1"])


def test_it_ends_after_three_days_and_with_a_newer_one(client, admin_user, nina, mailoutbox):
    first = invited(client, admin_user, nina, mailoutbox)
    second = invited(client, admin_user, nina, mailoutbox)
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200

    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    assert client.get(second).status_code == 410


def test_the_link_is_kept_nowhere(client, admin_user, nina, mailoutbox):
    token = invited(client, admin_user, nina, mailoutbox).rstrip("/").rpartition("/")[2]

    assert not OutgoingMail.objects.exists()
    assert token not in str(Invitation.objects.values())


def test_a_weak_password_is_refused_in_words(client, admin_user, nina, mailoutbox):
    link = invited(client, admin_user, nina, mailoutbox)

    answer = client.post(link, dict.fromkeys(NEW, "nina"))

    assert "too short" in answer.content.decode()
    assert not User.objects.get(pk=nina.pk).has_usable_password()


def test_nobody_invites_somebody_with_more_rights(client, admin_user, mailoutbox):
    clerk = make_user("clerk", rights=["auth.view_user", "auth.change_user"])
    client.force_login(clerk)
    admin_user.email = "admin@example.com"
    admin_user.save()

    client.post(f"/admin/auth/user/{admin_user.pk}/invite/")

    assert mailoutbox == []
