"""Is everything moving, and since when: what the first page says of jobs and of OrderFlow."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from exports.models import EndpointState
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.models import JobRun
from tests.admin.samples import tick
from tests.admin.test_dashboard import PAGE, browser
from tests.factories import make_request, make_website

pytestmark = pytest.mark.django_db


def signs_of(client):
    """Return the signs of life by title: how it is, and the note."""
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    return {
        one.select_one(".dashboard-sign-title").text: (
            one.strong.text,
            one.select_one(".dashboard-sign-note").text,
        )
        for one in page.select(".dashboard-signs li")
    }


def test_every_configured_endpoint_is_told_however_it_is_and_no_other(boss):
    make_website(name="Main Website")
    write_settings(Api, {"endpoint": "https://of.example/web/"})
    of = "To OrderFlow at of.example/web"
    assert signs_of(boss)[of] == ("Not called yet", "Main Website")

    last = timezone.now().replace(hour=0, minute=1)
    state = EndpointState.objects.create(endpoint="https://of.example/web", last_call_at=last)
    EndpointState.objects.create(endpoint="https://gone.example/", failures=9, last_error="Gone.")
    assert signs_of(boss)[of] == (f"Healthy, last call {last:%H:%M}", "Main Website")
    assert [title for title in signs_of(boss) if title.startswith("To OrderFlow")] == [of]

    EndpointState.objects.filter(pk=state.pk).update(
        failures=5, opened_at=last, last_error="No answer."
    )
    assert signs_of(boss)[of] == ("Left alone", f"Since {last:%H:%M}, 5 failures: No answer.")


def test_whether_anything_runs_is_told_to_everybody_and_what_came_last_to_whoever_may_see_it(boss):
    assert signs_of(browser("view_product")) == {
        "Schedules": ("Never run", "Start beat and a worker.")
    }
    assert signs_of(boss)["From OrderFlow"] == ("Nothing yet", "No message has come.")

    tick()
    make_request(message_id="71", created_at=timezone.now() - timedelta(minutes=2, seconds=5))

    found = signs_of(boss)
    assert found["Schedules"][0] == "Running"
    state, note = found["From OrderFlow"]
    assert state.startswith("Last message ")
    assert note.startswith("Message 71, 2 min ")


def test_a_job_that_should_have_run_is_overdue(boss):
    long_ago = timezone.now() - timedelta(minutes=10)
    JobRun.objects.create(
        job="orderflow_import_inventory_update",
        scheduled_for=long_ago,
        started_at=long_ago,
        status=JobRun.Status.SUCCESS,
    )

    page = BeautifulSoup(boss.get(PAGE).content, "html.parser")

    row = next(row for row in page.select("tr") if row.a and row.a.text == "Inventory Import")
    assert row.select("td")[3].text.startswith("Overdue ")
    assert "1 overdue" in page.select_one(".dashboard-jobs summary").text


def test_what_is_zero_is_folded_away(boss):
    make_request()

    page = BeautifulSoup(boss.get(PAGE).content, "html.parser")

    folded = [each.text for each in page.select(".dashboard-idle .bridge-statistic-title")]
    assert "Products given up" in folded
    assert "Stock messages waiting" not in folded
    assert page.select_one(".dashboard-idle summary").text.endswith("other figures are 0")
