"""What people decide about problems: take, snooze, wake, note, resolve, one or many."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from orderflow_bridge.access.ready_roles import OPERATOR
from orderflow_bridge.problems.kinds import (
    IMPORT_OFF,
    UNKNOWN_SKU,
)
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems
from tests.admin.problem_pages import (
    LIST,
    browser,
    choose,
    page_of,
    soup,
    subjects,
    texts,
    unknown,
)

pytestmark = pytest.mark.django_db


def test_a_problem_is_taken(boss):
    problem = unknown()

    boss.post(f"{LIST}{problem.pk}/take/")

    problem.refresh_from_db()
    assert problem.owner.username == "boss"


@pytest.mark.parametrize(("span", "hours"), [("hour", 1), ("day", 24), ("grows", None)])
def test_a_problem_is_snoozed_and_waked(boss, span, hours):
    problem = unknown(count=2)
    before = timezone.now()

    boss.post(f"{LIST}{problem.pk}/snooze/", {"span": span, "text": "Known."})

    problem.refresh_from_db()
    if hours:
        passed = problem.snoozed_until - before
        assert timedelta(hours=hours) <= passed < timedelta(hours=hours, minutes=1)
    else:
        assert (problem.snoozed_until, problem.snoozed_count) == (None, 20)
    assert problem.notes.get().text.endswith("Known.")
    assert subjects(boss) == []

    boss.post(f"{LIST}{problem.pk}/wake/")
    assert subjects(boss) == ["NO-SUCH-SKU"]


def test_a_problem_is_resolved_with_a_note(boss):
    problem = unknown()
    question = boss.get(f"{LIST}{problem.pk}/resolve/").content.decode()
    assert "Is it settled?" in question

    boss.post(f"{LIST}{problem.pk}/resolve/", {"text": "Sold out for good."})

    problem.refresh_from_db()
    assert not problem.is_open
    assert problem.resolved_by.username == "boss"
    assert problem.notes.get().text == "Resolved. Sold out for good."


def test_an_answer_that_cannot_be_read_is_asked_for_again(boss):
    problem = unknown()

    for page, answer in (("note", {"text": ""}), ("snooze", {"span": "year"})):
        again = boss.post(f"{LIST}{problem.pk}/{page}/", answer)
        assert again.status_code == 200, page
        assert BeautifulSoup(again.content, "html.parser").select(".bridge-error"), page

    assert not problem.notes.exists()


def test_settling_what_has_just_ended_says_so(boss):
    problem = unknown()
    end_problems(UNKNOWN_SKU)

    assert texts(boss.post(f"{LIST}{problem.pk}/resolve/")) == [
        "It has ended in the meantime: nothing was changed."
    ]


def test_the_page_offers_what_is_possible(boss):
    problem = unknown()

    def offered():
        return [
            str(link["href"]).rstrip("/").rpartition("/")[2]
            for link in soup(boss, page_of(problem)).select(".bridge-head .bridge-buttons a")
            if link.get_text(strip=True) != "arrow_backBack"
        ]

    assert offered() == ["take", "snooze", "note", "resolve"]
    boss.post(f"{LIST}{problem.pk}/snooze/", {"span": "day"})
    assert offered() == ["take", "snooze", "wake", "note", "resolve"]
    end_problems(UNKNOWN_SKU)
    assert offered() == ["note"]


def test_a_selection_is_snoozed_taken_and_resolved(boss):
    problems = [unknown("A"), unknown("B")]

    question = choose(boss, "snooze_selected", *problems)
    assert "Until it grows tenfold" in question.content.decode()
    choose(boss, "take_selected", *problems, confirmed="yes")
    choose(
        boss, "snooze_selected", *problems,
        **{"confirmed": "yes", "new-span": "day", "new-text": "Known."},
    )  # fmt: skip
    assert subjects(boss) == []
    answer = boss.post(
        f"{LIST}?state=snoozed",
        {
            "action": "resolve_selected", "index": "0", "confirmed": "yes",
            "_selected_action": [each.pk for each in problems], "new-text": "Old stock.",
        },
    )  # fmt: skip

    assert "A total of 2 problem(s) have been resolved." in texts(answer)
    for problem in problems:
        problem.refresh_from_db()
        assert not problem.is_open
        notes = [each.text for each in problem.notes.all()]
        assert notes[0] == "Taken."
        assert notes[1].endswith("Known.")
        assert notes[2] == "Resolved. Old stock."


def test_somebody_without_the_right_looks_and_settles_nothing():
    problem = unknown()
    clerk = browser("view_inventoryimport")

    buttons = soup(clerk, page_of(problem)).select(".bridge-head .bridge-buttons a")
    assert [each.get_text(strip=True) for each in buttons] == ["arrow_backBack"]
    assert clerk.post(f"{LIST}{problem.pk}/resolve/").status_code == 403
    choose(clerk, "resolve_selected", problem, confirmed="yes")
    problem.refresh_from_db()
    assert problem.is_open


def test_the_operator_may_settle_problems():
    raise_problems([Finding(IMPORT_OFF, "Inventory Import", "3 messages wait.")])
    problem = Problem.objects.get()

    answer = browser(role=OPERATOR).post(f"{LIST}{problem.pk}/resolve/")

    assert answer.status_code == 302
    problem.refresh_from_db()
    assert not problem.is_open
