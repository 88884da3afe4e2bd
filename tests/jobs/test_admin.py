"""System → Job runs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.jobs.models import JobRun
from tests.configuration.storing import store
from tests.factories import make_user
from tests.jobs.samples import TEN, make_run

pytestmark = pytest.mark.django_db

INVENTORY = "orderflow_import_inventory_update"
LIST = "/admin/scheduler/jobrun/"
RUN = f"{LIST}run/{INVENTORY}/"


@pytest.fixture
def operator(client):
    """Sign in somebody who may look at runs and run jobs."""
    rights = ("scheduler.view_jobrun", "scheduler.run_job")
    client.force_login(make_user(is_staff=True, rights=rights))
    return client


@pytest.fixture
def onlooker(client):
    """Sign in somebody who may only look."""
    client.force_login(make_user(is_staff=True, rights=["scheduler.view_jobrun"]))
    return client


def test_the_list_shows_runs_with_their_outcome(operator):
    make_run(
        INVENTORY,
        status=JobRun.Status.FAILED,
        summary="ValueError: <b>no</b>",
        started_at=TEN,
        finished_at=TEN + timedelta(seconds=125),
    )

    page = operator.get(LIST).content.decode()

    assert "Inventory Import" in page
    assert "2026-11-23 10:00:00" in page
    assert "2 min 5 s" in page
    assert "Failed" in page
    assert "ValueError: &lt;b&gt;no&lt;/b&gt;" in page
    assert "<b>no</b>" not in page


def test_the_list_shows_every_jobs_schedule(operator):
    page = operator.get(LIST).content.decode()

    for text in ("Shipment Import", "Log Cleaning", "E-mail Delivery", "Every minute", "At 02:00"):
        assert text in page


def test_an_empty_list_says_what_to_start(operator):
    page = operator.get(LIST).content.decode()

    assert "No job has run yet" in page
    assert "manage.py jobs tick" in page


def test_the_list_takes_few_queries(operator, django_assert_max_num_queries):
    for minute in range(30):
        make_run(scheduled_for=TEN + timedelta(minutes=minute))

    with django_assert_max_num_queries(26):
        operator.get(LIST)


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        (f"job={INVENTORY}", "first summary", "second summary"),
        ("status__exact=success", "second summary", "first summary"),
    ],
)
def test_the_list_can_be_narrowed(operator, query, shown, hidden):
    make_run(INVENTORY, status=JobRun.Status.FAILED, summary="first summary")
    make_run(
        "orderflow_mail_delivery",
        status=JobRun.Status.SUCCESS,
        summary="second summary",
        scheduled_for=TEN + timedelta(minutes=1),
    )

    table = operator.get(f"{LIST}?{query}").context["cl"].result_list

    summaries = [run.summary for run in table]
    assert shown in summaries
    assert hidden not in summaries


def test_a_run_has_a_page(operator):
    run = make_run(status=JobRun.Status.SKIPPED, summary="The run is still at work.")

    page = operator.get(f"{LIST}{run.pk}/change/").content.decode()

    assert f"probe, run #{run.pk}" in page
    assert "The run is still at work." in page


def test_a_run_that_was_cleaned_away_leads_back_to_the_list(operator):
    answer = operator.get(f"{LIST}4711/change/", follow=True)

    assert answer.redirect_chain == [(LIST, 302)]
    assert "This run no longer exists." in answer.content.decode()


def test_run_now_asks_first(operator):
    page = operator.get(RUN).content.decode()

    assert "Are you sure you wish to run this job now?" in page
    assert not JobRun.objects.exists()


def test_run_now_runs_the_job(operator):
    answer = operator.post(RUN, follow=True)

    assert answer.redirect_chain == [(reverse("admin:scheduler_jobrun_changelist"), 302)]
    assert "Inventory Import has been asked to run: it starts within a minute." in (
        answer.content.decode()
    )
    assert list(JobRun.objects.values_list("job", "scope", "status")) == [
        (INVENTORY, "manual", "success")
    ]


def test_run_now_without_a_token_is_refused():
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(make_user(is_staff=True, is_superuser=True))

    assert careful.post(RUN).status_code == 403
    assert not JobRun.objects.exists()


def test_run_now_of_a_job_that_is_switched_off_says_so(operator):
    store(InventoryImport, is_enabled=False)

    page = operator.post(RUN, follow=True).content.decode()

    assert "Inventory Import is switched off." in page
    assert not JobRun.objects.exists()


def test_run_now_of_an_unknown_job_is_not_found(operator):
    assert operator.post(f"{LIST}run/orderflow_everything/").status_code == 404


def test_who_may_only_look_is_not_offered_run_now_and_cannot_do_it(onlooker):
    page = onlooker.get(LIST).content.decode()

    assert "Run now" not in page
    assert onlooker.get(RUN).status_code == 403
    assert onlooker.post(RUN).status_code == 403
    assert not JobRun.objects.exists()


def test_a_stranger_is_sent_to_the_login(client):
    assert client.post(RUN).url.startswith("/admin/login/")


@pytest.mark.parametrize("address", ["add/", "1/delete/"])
def test_runs_are_read_only(operator, address):
    run = make_run()

    operator.post(f"{LIST}{address.replace('1', str(run.pk))}", {"post": "yes"})

    assert list(JobRun.objects.all()) == [run]
