"""People are told of a problem once when it opens, once a day, and once when it has ended."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from orderflow_bridge.configuration.sections import Email, ProblemReports
from orderflow_bridge.outbox.mail.services import deliver_waiting_mail
from orderflow_bridge.problems.chat import ATTEMPTS, deliver_chat_messages
from orderflow_bridge.problems.kinds import ENDPOINT_DOWN, LATE_ORDER, UNKNOWN_SKU, Severity
from orderflow_bridge.problems.models import ChatMessage, Problem, ProblemRoute
from orderflow_bridge.problems.reporting import report_problems
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems, snooze
from orderflow_bridge.stores.models import Website
from tests.configuration.storing import store
from tests.factories import make_website
from tests.fakes import Answer
from tests.mail_server import MailServer, mail_server
from tests.outbox.webhooks.shop import Shop, is_genuine

pytestmark = pytest.mark.django_db(transaction=True)

NOW = timezone.now()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield running


@pytest.fixture
def website() -> Website:
    website = make_website()
    store(Email, website, admin_email="boss@shop.example")
    store(ProblemReports, base_url="https://bridge.example/")
    return website


def down(at: datetime = NOW) -> None:
    text = "OrderFlow does not answer."
    raise_problems([Finding(ENDPOINT_DOWN, "of", text, "Look at it.", "/admin/x/")], now=at)


def late(number: str, website: Website | None = None, at: datetime = NOW, **more: Any) -> None:
    pk = website.pk if website else None
    raise_problems(
        [Finding(LATE_ORDER, number, f"{number} is late.", website_id=pk, **more)], now=at
    )


def told(server: MailServer, now: datetime) -> list[str]:
    """Report and deliver; return the subjects that arrived by it."""
    seen = len(server.messages)
    report_problems(now=now)
    deliver_waiting_mail()
    return server.subjects()[seen:]


def test_a_critical_problem_is_told_at_once_and_only_once(
    server: MailServer, website: Website
) -> None:
    down()

    assert told(server, NOW) == ["OrderFlow: Problem: OrderFlow does not answer."]
    down(NOW + MINUTE)
    assert told(server, NOW + MINUTE) == []
    text = server.messages[0].get_body(("plain",))
    assert text is not None
    assert "https://bridge.example/admin/x/" in text.get_content()
    assert server.messages[0]["To"] == "boss@shop.example"


def test_the_others_are_told_together_when_the_first_has_waited_for_the_digest(
    server: MailServer, website: Website
) -> None:
    late("1", website)
    late("2", website, NOW + 50 * MINUTE)

    assert told(server, NOW + 59 * MINUTE) == []
    assert told(server, NOW + HOUR) == ["OrderFlow problems: 2 new"]


def test_a_problem_that_goes_on_is_told_again_once_a_day(
    server: MailServer, website: Website
) -> None:
    down()
    told(server, NOW)

    assert told(server, NOW + DAY - MINUTE) == []
    assert told(server, NOW + DAY) == ["OrderFlow: Still open: OrderFlow does not answer."]
    assert told(server, NOW + DAY + HOUR) == []


def test_the_end_is_told_once_to_those_who_know_of_it(server: MailServer, website: Website) -> None:
    down()
    late("1", website)
    told(server, NOW)
    end_problems(ENDPOINT_DOWN, now=NOW + HOUR)
    end_problems(LATE_ORDER, now=NOW + MINUTE)

    assert told(server, NOW + HOUR + 9 * MINUTE) == []
    assert told(server, NOW + HOUR + 10 * MINUTE) == [
        "OrderFlow: Ended: OrderFlow does not answer."
    ]
    assert told(server, NOW + 2 * HOUR) == []


@pytest.mark.parametrize("has_website", [False, True])
def test_what_comes_and_goes_is_told_once(
    server: MailServer, website: Website, has_website: bool
) -> None:
    place = website if has_website else None
    for round in range(5):
        late("1", place, NOW + round * 5 * MINUTE, severity=Severity.CRITICAL)
        assert told(server, NOW + round * 5 * MINUTE) == (
            ["OrderFlow: Problem: 1 is late."] if round == 0 else []
        )
        end_problems(
            LATE_ORDER,
            ["1"],
            website_id=place.pk if place else None,
            now=NOW + (round * 5 + 3) * MINUTE,
        )

    assert told(server, NOW + 40 * MINUTE) == ["OrderFlow: Ended: 1 is late."]


def test_a_snoozed_problem_is_not_told(server: MailServer, website: Website) -> None:
    down()
    snooze(Problem.objects.all(), by=User.objects.create_user("boss"), until=NOW + HOUR)

    assert told(server, NOW) == []
    assert len(told(server, NOW + HOUR)) == 1


def test_many_of_a_kind_are_one_mail_that_lists_ten(server: MailServer, website: Website) -> None:
    raise_problems(
        [Finding(UNKNOWN_SKU, f"S{n}", f"SKU S{n} is unknown.") for n in range(1_000)], now=NOW
    )

    assert told(server, NOW + HOUR) == ["OrderFlow problems: 1000 new"]
    text = server.messages[0].get_body(("plain",))
    assert text is not None
    assert text.get_content().count("is unknown") == 10
    assert "… and 990 more: Unknown SKU." in text.get_content()


def test_each_website_tells_its_own_administrator(server: MailServer, website: Website) -> None:
    other = make_website()
    store(Email, other, admin_email="other@shop.example")
    late("1", other, severity=Severity.CRITICAL)

    told(server, NOW)
    assert [each["To"] for each in server.messages] == ["other@shop.example"]


def test_a_route_tells_whom_it_names_in_place_of_the_administrator(
    server: MailServer, website: Website
) -> None:
    user = User.objects.create_user("buyer", email="buyer@shop.example")
    ProblemRoute.objects.create(kind="late_order", user=user, address="desk@shop.example")
    late("1", website, severity=Severity.CRITICAL)
    down()

    told(server, NOW)
    got = {str(each["To"]): str(each["Subject"]) for each in server.messages}
    assert got == {
        "buyer@shop.example": "OrderFlow: Problem: 1 is late.",
        "desk@shop.example": "OrderFlow: Problem: 1 is late.",
        "boss@shop.example": "OrderFlow: Problem: OrderFlow does not answer.",
    }


def test_a_route_takes_problems_from_its_severity_on(server: MailServer, website: Website) -> None:
    ProblemRoute.objects.create(least_severity=Severity.CRITICAL, address="night@shop.example")
    late("1", website)
    down()

    told(server, NOW + HOUR)
    assert sorted(str(each["To"]) for each in server.messages) == [
        "boss@shop.example",
        "night@shop.example",
    ]


def test_a_route_must_tell_somebody() -> None:
    with pytest.raises(ValidationError, match="Name a user"):
        ProblemRoute().full_clean()


def test_what_nobody_could_be_told_of_is_told_as_soon_as_somebody_is_named(
    server: MailServer, website: Website
) -> None:
    store(Email, website, admin_email="")
    other = make_website()
    late("1", website, severity=Severity.CRITICAL)

    assert told(server, NOW) == []
    store(Email, other, admin_email="other@shop.example")
    assert told(server, NOW + MINUTE) == []
    store(Email, website, admin_email="boss@shop.example")
    assert told(server, NOW + 2 * MINUTE) == ["OrderFlow: Problem: 1 is late."]
    assert told(server, NOW + 3 * MINUTE) == []


def test_switched_off_nobody_is_told(server: MailServer, website: Website) -> None:
    store(ProblemReports, is_enabled=False)
    down()

    assert told(server, NOW) == []


def chat(url: str) -> ProblemRoute:
    return ProblemRoute.objects.create(chat_url=url, chat_secret="a long random text")


def test_a_chat_gets_json_with_text_and_a_signature(website: Website) -> None:
    with Shop().running() as receiver:
        chat(receiver.url)
        down()
        report_problems(now=NOW)

        assert deliver_chat_messages(now=NOW) == 1
        assert deliver_chat_messages(now=NOW) == 0

    (heard,) = receiver.heard
    assert is_genuine(heard)
    assert json.loads(heard.body)["text"].splitlines() == [
        "[New · Critical] OrderFlow does not answer.",
        "    Look at it. https://bridge.example/admin/x/",
        "https://bridge.example/admin/problems/problem/",
    ]


def test_what_a_chat_does_not_take_is_posted_again_later_and_given_up_in_the_end(
    website: Website,
) -> None:
    with Shop().running() as receiver:
        receiver.answers = [Answer(status=500)]
        chat(receiver.url)
        down()
        report_problems(now=NOW)
        deliver_chat_messages(now=NOW)
        message = ChatMessage.objects.get()

        assert message.last_error.startswith("The receiver answered 500")
        assert deliver_chat_messages(now=NOW + 30 * timedelta(seconds=1)) == 0
        assert deliver_chat_messages(now=NOW + 2 * MINUTE) == 1

    message.refresh_from_db()
    assert (message.attempts, message.due_at, message.last_error) == (2, None, "")
    ChatMessage.objects.update(sent_at=None, attempts=ATTEMPTS - 1, due_at=NOW)
    deliver_chat_messages(now=NOW)
    message.refresh_from_db()
    assert message.due_at is None
    assert message.sent_at is None
    assert "cannot be reached" in message.last_error
