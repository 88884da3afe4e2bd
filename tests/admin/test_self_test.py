"""Watch → Self-test: Run Now, the steps as they come, and the last one on the dashboard."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from orderflow_bridge.problems.kinds import SELF_TEST_FAILED
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.watch.models import SelfTest
from orderflow_bridge.watch.self_test.models import Step, StepState
from tests.admin.samples import make_operator

LIST = "/admin/watch/selftest/"
RUN = f"{LIST}run/"


def page_of(client: Client, url: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(url).content, "html.parser")


def make_self_test(state: SelfTest.State) -> SelfTest:
    now = timezone.now()
    passed, waiting = Step("send", "In", "Taken"), Step("apply", "In", "Applied", text="Waits.")
    passed.began = waiting.began = now.isoformat()
    passed.end(StepState.PASSED, "It came in.", now)
    return SelfTest.begun(
        [passed, waiting], state=state, created_at=now, ends_by=now, summary="As it went."
    )


@pytest.mark.django_db(transaction=True)
def test_run_now_asks_runs_and_shows_the_steps_and_the_problem_of_the_one_that_failed(
    boss: Client,
) -> None:
    assert page_of(boss, LIST).select_one(f'a[href="{RUN}"]')
    assert not SelfTest.objects.exists()
    assert page_of(boss, RUN).select_one("form.bridge-confirm")

    answer = boss.post(RUN)
    test = SelfTest.objects.get()
    assert answer["Location"] == f"{LIST}{test.pk}/change/"
    page = page_of(boss, answer["Location"])

    rows = [[cell.text for cell in row.select("td")] for row in page.select("#self-test tbody tr")]
    assert [(title, state) for title, state, *_ in rows] == [
        ("Announced to OrderFlow", "Skipped"),
        ("Fetched by OrderFlow", "Skipped"),
        ("Taken at the public address", "Failed"),
        ("Applied", "Skipped"),
    ]
    assert page.select_one("#self-test").get("data-every") is None
    problem = open_problems(SELF_TEST_FAILED).get()
    assert page.select_one(f'#self-test a[href="{problem.url}"]')
    assert boss.get(problem.url).status_code == 200


@pytest.mark.django_db
def test_the_page_renews_itself_while_the_test_is_under_way(boss: Client) -> None:
    test = make_self_test(SelfTest.State.RUNNING)
    url = f"{LIST}{test.pk}/change/"
    steps = page_of(boss, url).select_one("#self-test")

    assert steps is not None
    assert (steps["data-url"], steps["data-every"]) == (url, "3")
    assert "Waits." in steps.text


@pytest.mark.django_db
def test_the_dashboard_has_the_last_one_in_a_line(boss: Client) -> None:
    assert "Self-test" not in [each.text for each in page_of(boss, "/admin/").select("h2")]
    make_self_test(SelfTest.State.PASSED)
    last = make_self_test(SelfTest.State.FAILED)

    [line] = page_of(boss, "/admin/").select('a[href^="/admin/watch/selftest/"][href$="change/"]')
    assert line["href"] == f"{LIST}{last.pk}/change/"
    assert "As it went." in line.parent.text


@pytest.mark.django_db
def test_who_may_look_may_not_run_it(viewer: Client) -> None:
    make_self_test(SelfTest.State.PASSED)

    assert viewer.get(LIST).status_code == 200
    assert not page_of(viewer, LIST).select(f'a[href="{RUN}"]')
    assert (viewer.get(RUN).status_code, viewer.post(RUN).status_code) == (403, 403)


@pytest.mark.django_db
def test_the_operator_may_run_it() -> None:
    client = Client()
    client.force_login(make_operator("operator", "view", "run"))

    assert client.get(RUN).status_code == 200


@pytest.mark.django_db
def test_test_connection_leads_to_the_self_test(boss: Client) -> None:
    page = page_of(boss, "/admin/configuration/apisettings/")

    assert page.select_one(f'.configuration-help a[href="{LIST}"]')
