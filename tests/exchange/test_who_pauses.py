"""Who pauses and resumes: the admin's page, the commands, and the banner that everybody reads."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from orderflow_bridge.access.ready_roles import ADMINISTRATOR, OPERATOR
from orderflow_bridge.exchange.models import Direction, Pause
from orderflow_bridge.exchange.services import pause
from tests.exchange.conftest import signed_in
from tests.exports.shop import make_shop

pytestmark = pytest.mark.django_db

PAGE = "/admin/exchange/pause/"


def test_a_banner_on_every_page_says_it_and_leads_whoever_may_to_resume(boss):
    pause(Direction.ALL, reason="Deployment", by="nina")
    operator = signed_in(OPERATOR)

    for address in ("/admin/", "/admin/catalog/product/", PAGE):
        page = boss.get(address).content.decode()
        assert "Everything is paused." in page
        assert "Paused by nina until it is resumed: Deployment." in page
    assert f"{PAGE}{Pause.objects.get().pk}/resume/" in boss.get("/admin/").content.decode()
    page = operator.get("/admin/").content.decode()
    assert "Everything is paused." in page
    assert "/resume/" not in page


def test_without_a_pause_there_is_no_banner(boss):
    assert "exchange-bar" not in boss.get("/admin/").content.decode()


def test_an_administrator_pauses_and_resumes_in_the_admin():
    browser = signed_in(ADMINISTRATOR)

    browser.post(f"{PAGE}add/", {"direction": "all", "reason": "Stocktaking"})
    made = Pause.objects.get()
    assert (made.paused_by, made.reason, made.until) == ("administrator", "Stocktaking", None)

    browser.post(f"{PAGE}{made.pk}/resume/")
    made.refresh_from_db()
    assert made.resumed_by == "administrator"


def test_an_operator_sees_pauses_and_makes_none():
    browser = signed_in(OPERATOR)

    assert browser.get(PAGE).status_code == 200
    assert browser.post(f"{PAGE}add/", {"direction": "all", "reason": "x"}).status_code == 403
    assert not Pause.objects.exists()


def test_the_form_refuses_an_end_in_the_past_and_a_website_for_what_comes_in(boss, orderflow):
    website = make_shop(orderflow)

    answer = boss.post(
        f"{PAGE}add/",
        {
            "direction": "in",
            "website": website.pk,
            "reason": "x",
            "until_0": "2020-01-01",
            "until_1": "00:00",
        },
    )

    page = answer.content.decode()
    assert "The end of a pause must lie in the future." in page
    assert "Only what goes out can be paused for one website." in page


def test_the_command_pauses_for_some_minutes_and_resumes(orderflow):
    website = make_shop(orderflow)
    said = StringIO()

    call_command(
        "pause", "out", website=website.code, reason="Move", by="deploy", minutes=5, stdout=said
    )
    assert f"{website.name}: Paused by deploy until " in said.getvalue()
    made = Pause.objects.get()
    assert timedelta(minutes=4) < made.until - timezone.now() <= timedelta(minutes=5)

    said = StringIO()
    call_command("resume", by="deploy", stdout=said)
    assert said.getvalue() == "1 pause ended.\n"


def test_the_command_takes_an_end_by_the_shops_clock():
    call_command("pause", reason="Night", by="deploy", until="2099-06-30 18:00", stdout=StringIO())
    assert f"{Pause.objects.get().until:%Y-%m-%d %H:%M}" == "2099-06-30 18:00"


def test_the_command_says_what_is_wrong():
    with pytest.raises(CommandError, match="There is no website moon"):
        call_command("pause", "out", website="moon", reason="x")
    with pytest.raises(CommandError, match="Say why"):
        call_command("pause", "out", reason=" ")
