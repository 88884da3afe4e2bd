"""`manage.py adopt`: what is cleared, what is dropped, where it points, and when it refuses."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.configuration.selectors import api
from orderflow_bridge.exchange.selectors import environment
from orderflow_bridge.exchange.services import rename
from orderflow_bridge.jobs.models import JobLease, JobRun
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import write_mail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent, WebhookReceiver
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.supervisor.adoption import CLEARED
from tests.exchange.conftest import PRODUCTS, run
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row, told
from tests.factories import make_user
from tests.imports.stock import queue
from tests.outbox.webhooks.shop import make_receiver, write_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def copied(settings):
    """The database is live's, the process is started as test."""
    rename("live", endpoint="")
    settings.BRIDGE_ENVIRONMENT = "test"


def adopt(**options):
    said = StringIO()
    call_command("adopt", name="test", stdout=said, **options)
    return said.getvalue()


def test_it_clears_what_live_would_have_sent_and_drops_what_it_logs_in_with(orderflow, copied):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    make_due_orders(website, 1)
    write_events(make_receiver(website), "000000001")
    write_mail(recipient="anna@example.com", subject="Shipped", text="It has left.")
    grant_token(make_user())
    JobRun.objects.create(job=PRODUCTS, scheduled_for=timezone.now())
    JobLease.objects.create(job=PRODUCTS, holder="9", until=timezone.now())
    claimed = queue(("24-MB01", 90, 507))
    Request.objects.update(claimed_until=timezone.now())

    said = adopt()

    assert said.splitlines()[0] == "The database is that of “test” from now on."
    assert environment().remembered == "test"
    assert row(product, website).orderflow_due_at is None
    mail = OutgoingMail.objects.get()
    assert (mail.status, mail.last_error) == (OutgoingMail.Status.FAILED, CLEARED)
    assert WebhookEvent.objects.get().status == WebhookEvent.Status.GIVEN_UP
    assert not AccessToken.objects.exists()
    assert not JobLease.objects.exists()
    assert JobRun.objects.get().status == JobRun.Status.SKIPPED
    claimed.refresh_from_db()
    assert (claimed.claimed_until, claimed.processed_at) == (None, None)
    assert (api(website).endpoint, api(website).password) == ("", "")
    assert WebhookReceiver.objects.get().secret is None
    assert "No OrderFlow is set: manage.py sandbox starts one" in said


def test_it_points_every_website_at_a_given_endpoint_which_is_then_called(orderflow, copied):
    website = make_shop(orderflow, api={"endpoint": "https://live.example/web/"})
    [product] = make_due_products(website, 1, sku="24-MB01")

    said = adopt(endpoint=orderflow.endpoint)

    assert api(website).endpoint == orderflow.endpoint
    assert f"Every website's OrderFlow is {orderflow.endpoint}." in said
    run(PRODUCTS)
    assert orderflow.heard == []
    product.name = "Renamed"
    product.save()
    run(PRODUCTS)
    assert told(orderflow) == ["24-MB01"]


@pytest.mark.parametrize(
    ("named", "remembered", "text"),
    [
        ("", "live", "This installation has no name. Set BRIDGE_ENVIRONMENT=test for all"),
        ("live", "live", "This installation is “live”. Set BRIDGE_ENVIRONMENT=test for all"),
        ("test", "test", "The database is that of “test” already: nothing is to be done."),
    ],
)
def test_it_refuses_what_would_clear_the_wrong_database(settings, named, remembered, text):
    rename(remembered, endpoint="")
    settings.BRIDGE_ENVIRONMENT = named
    mail = write_mail(recipient="anna@example.com", subject="Shipped", text="It has left.")

    with pytest.raises(CommandError, match=text):
        adopt()

    mail.refresh_from_db()
    assert mail.status == OutgoingMail.Status.WAITING


def test_it_refuses_an_endpoint_that_is_none(copied):
    with pytest.raises(CommandError, match="Enter the full address"):
        adopt(endpoint="moon")
