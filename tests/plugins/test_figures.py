"""What plugins' calls cost and how they failed: the page, the figures for monitors, the problem."""

import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from orderflow_bridge.plugins.hooks import tell
from orderflow_bridge.plugins.models import HookFailure, HookUse
from orderflow_bridge.plugins.statistics import write_statistics
from orderflow_bridge.problems.kinds import Kind, Severity
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, raise_problems
from orderflow_bridge.watch.services import watch
from tests.plugins.switching import switched_on

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/plugins/hookuse/"


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss", "boss@example.com", "secret-12345"))
    return client


def fail(message):
    raise ValueError(f"{message} is nothing to me")


def be_slow(message):
    time.sleep(0.02)


def hear(times: int = 1) -> None:
    for _ in range(times):
        tell("message_accepted", about="message 71", message="it")
    write_statistics()


def test_calls_are_counted_with_their_time_and_shown(boss):
    with switched_on(ears={"message_accepted": lambda message: None}):
        hear(3)
        page = boss.get(PAGE).content.decode()
        metrics = boss.get("/metrics").content.decode()

    use = HookUse.objects.get()
    assert (use.plugin, use.hook, use.calls, use.failures, use.slow) == (
        "ears", "message_accepted", 3, 0, 0,
    )  # fmt: skip
    assert use.seconds > 0
    assert "ears" in page
    assert "1.2" in page
    assert "OrderFlow Bridge &gt;=0.1" in page
    assert "Nothing has failed." in page
    labels = '{hook="message_accepted",plugin="ears"}'
    assert f"bridge_plugin_hook_seconds_count{labels} 3.0" in metrics
    assert f"bridge_plugin_hook_seconds_sum{labels} " in metrics
    assert f"bridge_plugin_hook_failures_total{labels} 0.0" in metrics


def test_a_failure_is_shown_with_what_it_was_about_and_is_a_problem_with_the_plugins_name(boss):
    with switched_on(careless={"message_accepted": fail}):
        hear(2)
        watch()
        page = boss.get(PAGE).content.decode()

    problem = Problem.objects.get(kind="plugin_failing")
    assert problem.subject == "careless"
    assert problem.text == (
        "The plugin careless 1.2 fails in message_accepted (message 71): ValueError: it is nothing"
        " to me. Within a day 2 calls of 1 hook failed or took too long."
    )
    assert problem.url == PAGE
    assert "ValueError: it is nothing to me" in page
    assert "message 71" in page


@pytest.mark.parametrize("words", ["a\0b", "\ud800", "x" * 10_000, "two\nlines"])
def test_whatever_a_failure_says_is_kept_and_told(words):
    def say(message):
        raise ValueError(words)

    with switched_on(careless={"message_accepted": say}):
        hear()
        watch()

    assert HookFailure.objects.get().text.startswith("ValueError: ")
    assert Problem.objects.get(kind="plugin_failing").subject == "careless"


def test_an_error_that_cannot_even_be_read_is_a_failure_all_the_same():
    class Unreadable(Exception):
        def __str__(self):
            raise RuntimeError("no")

    def fail_unreadably(message):
        raise Unreadable

    with switched_on(careless={"message_accepted": fail_unreadably}):
        hear()

    assert HookFailure.objects.get().text == "Unreadable: (a Unreadable that cannot be read)"


def test_a_slow_call_counts_and_is_a_problem():
    with switched_on(0.01, slow={"message_accepted": be_slow}):
        hear()
        watch()

    assert HookUse.objects.get().slow == 1
    assert "seconds, where 0.01 are allowed" in Problem.objects.get().text


def test_the_problem_ends_a_day_after_the_last_failure():
    with switched_on(careless={"message_accepted": fail}):
        hear()
        watch()
        watch(now=timezone.now() + timedelta(hours=25))

    assert Problem.objects.get(kind="plugin_failing").resolved_at is not None


def test_the_problem_ends_when_the_plugin_is_switched_off():
    with switched_on(careless={"message_accepted": fail}):
        hear()
        watch()
    watch()

    assert Problem.objects.get(kind="plugin_failing").resolved_at is not None


def test_failures_that_nobody_will_read_any_more_are_let_go():
    with switched_on(careless={"message_accepted": fail}):
        hear(105)

    assert HookFailure.objects.count() == 100
    assert HookUse.objects.get().failures == 105


def test_without_plugins_the_page_says_how_to_get_one(boss):
    page = boss.get(PAGE).content.decode()

    assert "No plugin is switched on." in page
    assert "BRIDGE_PLUGINS" in page
    assert "bridge_plugin" not in boss.get("/metrics").content.decode()


def test_a_hook_that_nobody_takes_costs_no_statement(django_assert_num_queries):
    with (
        switched_on(ears={"batch_applied": lambda messages: None}),
        django_assert_num_queries(0),
    ):
        tell("message_accepted", about="message 71", message="it")


def test_a_problem_of_a_kind_that_a_plugin_took_along_ends_and_breaks_no_page(boss):
    kind = Kind("paper_low", "Paper Is Low", Severity.WARNING, (), "paper")
    raise_problems([Finding(kind, "paper", "Paper is low.")])

    pages = [boss.get(page).status_code for page in ("/admin/", "/admin/problems/problem/")]
    watch()

    assert pages == [200, 200]
    assert Problem.objects.get(kind="paper_low").resolved_at is not None
    assert boss.get("/metrics").status_code == 200
