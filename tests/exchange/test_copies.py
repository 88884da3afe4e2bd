"""A copy of another installation calls nobody, sends nothing, and says what to do."""

import pytest
from django.test import Client

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.connection import try_account
from orderflow_bridge.configuration.selectors import api
from orderflow_bridge.exchange.services import rename, take_name
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import deliver_now, write_mail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.chat import deliver_chat_messages
from orderflow_bridge.problems.models import ChatMessage, Problem, ProblemRoute
from orderflow_bridge.watch.self_test.posting import NotTaken, post_stock
from orderflow_bridge.watch.services import watch
from tests.exchange.conftest import ORDERS, PRODUCTS, run
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row, told
from tests.outbox.webhooks.shop import Shop, listen, write_events

pytestmark = pytest.mark.django_db

COPY = "This is a copy: the database is that of “live”, and this installation is “test”."
SKIPPED = JobRun.Status.SKIPPED


@pytest.fixture
def copied(settings):
    """The database is live's, the process is started as test."""
    rename("live", endpoint="")
    settings.BRIDGE_ENVIRONMENT = "test"


@pytest.fixture
def tested(settings):
    """The database is test's, and so is the process."""
    rename("test", endpoint="")
    settings.BRIDGE_ENVIRONMENT = "test"


def test_the_export_jobs_of_a_copy_announce_nothing_and_say_why(orderflow, copied):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    make_due_orders(website, 1)

    runs = [run(PRODUCTS), run(ORDERS)]

    assert all(each.status == SKIPPED and each.summary.startswith(COPY) for each in runs)
    assert orderflow.heard == []
    assert row(product, website).orderflow_export_status == ExportStatus.PENDING


def test_a_copy_asks_and_tests_and_compares_nothing(orderflow, copied):
    website = make_shop(orderflow)

    [finding] = try_account(api(website), by="nina")
    assert finding.text.startswith(COPY)
    with pytest.raises(NotTaken, match="This is a copy"):
        post_stock(orderflow.endpoint, "token", source_code="default", sequence_id=1)
    assert orderflow.heard == []


def test_a_copy_sends_no_mail_not_even_a_test_mail(mailoutbox, copied):
    mail = write_mail(recipient="anna@example.com", subject="Shipped", text="It has left.")

    done = run("orderflow_mail_delivery")
    now = deliver_now(mail)

    assert done.summary.startswith(f"Nothing was sent. {COPY}")
    assert mailoutbox == []
    assert now.status == OutgoingMail.Status.WAITING
    assert now.last_error.startswith(COPY)


def test_a_copy_posts_no_webhook_and_no_chat_message(copied, db):
    with Shop().running() as shop:
        website = listen(shop)
        write_events(website, "000000001")
        route = ProblemRoute.objects.create(chat_url=shop.url)
        chat = ChatMessage.objects.create(
            route=route, text="x", due_at="2020-01-01T00:00Z", created_at="2020-01-01T00:00Z"
        )

        done = run("orderflow_webhooks")
        deliver_chat_messages()

        assert shop.heard == []
    assert done.status == SKIPPED
    assert COPY in done.summary
    event = WebhookEvent.objects.get()
    assert (event.status, event.attempts) == (WebhookEvent.Status.WAITING, 0)
    chat.refresh_from_db()
    assert chat.attempts == 0


def test_the_admin_of_a_copy_serves_and_says_what_to_do_on_each_page_and_at_the_login(boss, copied):
    for browser, address in ((boss, "/admin/"), (boss, "/admin/sales/order/"), (Client(), LOGIN)):
        page = browser.get(address).content.decode()
        assert "This installation exchanges with nobody." in page, address
        assert "manage.py adopt --as test" in page, address


LOGIN = "/admin/login/"


def test_a_problem_tells_of_it_and_ends_with_it(copied, settings):
    watch()
    [problem] = Problem.objects.filter(kind="copy", resolved_at=None)
    assert problem.text.startswith(COPY)

    rename("test", endpoint="")
    watch()

    assert not Problem.objects.filter(kind="copy", resolved_at=None).exists()


def test_outside_live_only_a_listed_orderflow_is_told(orderflow, tested, settings):
    website = make_shop(orderflow)
    make_due_products(website, 1, sku="24-MB01")

    refused = run(PRODUCTS)
    host = orderflow.endpoint.split("/")[2]
    assert refused.summary == (
        f"This is “test”, and {host} is not among the hosts that it calls (BRIDGE_TEST_HOSTS)."
    )
    assert orderflow.heard == []

    settings.BRIDGE_TEST_HOSTS = ["127.0.0.1"]
    run(PRODUCTS)
    assert told(orderflow) == ["24-MB01"]


def test_outside_live_mail_to_others_is_kept_and_told_and_subjects_say_where_it_comes_from(
    mailoutbox, tested, settings
):
    settings.BRIDGE_TEST_MAIL = ["@agency.example"]
    for recipient in ("anna@example.com", "bob@agency.example"):
        write_mail(recipient=recipient, subject="Shipped", text="It has left.")

    done = run("orderflow_mail_delivery")

    assert [(each.to, each.subject) for each in mailoutbox] == [
        (["bob@agency.example"], "[test] Shipped")
    ]
    kept = OutgoingMail.objects.get(status=OutgoingMail.Status.KEPT)
    assert kept.last_error == (
        "This is “test”, and anna@example.com is not among the addresses that it writes to"
        " (BRIDGE_TEST_MAIL)."
    )
    assert done.summary == "1 sent, 0 failed, 0 put back, 1 kept: not to listed addresses"


def test_a_banner_names_a_test_installation_and_live_only_has_its_name_at_the_head(boss, settings):
    assert "exchange-bar" not in boss.get("/admin/").content.decode()

    rename("test", endpoint="")
    settings.BRIDGE_ENVIRONMENT = "test"
    page = boss.get("/admin/").content.decode()
    assert "This is “test”." in page
    assert "<title>[test]" in page
    assert "This is “test”." in Client().get(LOGIN).content.decode()

    rename("live", endpoint="")
    settings.BRIDGE_ENVIRONMENT = "live"
    page = boss.get("/admin/").content.decode()
    assert "exchange-bar" not in page
    assert ">live</" in " ".join(page.split()).replace(" ", "")
    assert "live" in Client().get(LOGIN).content.decode()


def test_a_live_database_restored_to_live_needs_nothing(orderflow, settings):
    settings.BRIDGE_ENVIRONMENT = "live"
    rename("live", endpoint="")
    make_due_products(make_shop(orderflow), 1, sku="24-MB01")

    run(PRODUCTS)

    assert told(orderflow) == ["24-MB01"]


@pytest.mark.parametrize(
    ("name", "is_new", "taken"),
    [
        ("", True, ""),
        ("live", False, "live"),
        ("live", True, "live"),
        ("test", True, "test"),
        ("test", False, ""),
    ],
)
def test_a_database_takes_the_name_of_a_live_installation_or_of_one_that_is_new(
    settings, name, is_new, taken
):
    settings.BRIDGE_ENVIRONMENT = name

    assert take_name(is_new=is_new) == taken
    assert take_name(is_new=True) == ("" if taken else name)


def test_a_database_keeps_its_name(settings):
    rename("live", endpoint="")
    settings.BRIDGE_ENVIRONMENT = "test"

    assert take_name(is_new=True) == ""
