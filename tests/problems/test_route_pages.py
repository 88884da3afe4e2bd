"""The pages of problem routes and chat messages."""

import pytest
from django.test import Client
from django.utils import timezone

from orderflow_bridge.problems.models import ChatMessage, ProblemRoute
from tests.admin.conftest import boss

__all__ = ("boss",)

pytestmark = pytest.mark.django_db

ADD = "/admin/problems/problemroute/add/"


def test_a_route_is_added_and_its_secret_is_kept_when_it_is_saved_again(boss: Client) -> None:
    values = {"least_severity": "3", "chat_url": "https://chat.example/x", "is_active": "on"}
    boss.post(ADD, {**values, "chat_secret": "s3cret"})
    route = ProblemRoute.objects.get()
    assert route.chat_secret == "s3cret"

    page = f"/admin/problems/problemroute/{route.pk}/change/"
    shown = boss.get(page).content.decode()
    assert "s3cret" not in shown
    assert 'data-secret="id_chat_secret"' in shown
    assert "data-secret=" not in boss.get(ADD).content.decode()
    boss.post(page, {**values, "least_severity": "2"})
    route.refresh_from_db()
    assert (route.least_severity, route.chat_secret) == (2, "s3cret")


def test_a_route_that_tells_nobody_is_refused_in_words(boss: Client) -> None:
    answer = boss.post(ADD, {"least_severity": "1"})

    assert "Name a user, an e-mail address or a chat URL." in answer.content.decode()


def test_the_list_says_who_is_told_of_what(boss: Client) -> None:
    ProblemRoute.objects.create(kind="late_order", address="desk@shop.example")

    page = boss.get("/admin/problems/problemroute/").content.decode()
    assert "desk@shop.example" in page
    assert "Late Order" in page


def test_chat_messages_say_what_became_of_them(boss: Client) -> None:
    route = ProblemRoute.objects.create(chat_url="https://chat.example/x")
    now = timezone.now()
    for more in ({"sent_at": now}, {"due_at": now}, {"last_error": "The receiver answered 500."}):
        ChatMessage.objects.create(route=route, text="One\nmore", created_at=now, **more)

    page = boss.get("/admin/problems/chatmessage/").content.decode()
    for word in ("Sent", "Waiting", "Given up", "The receiver answered 500."):
        assert word in page
