"""orderflow/problems…: what is wrong now, for monitors and chat bots (docs/problems.md).

Whoever has any right reads the problems that he would see in the admin; to settle them is a right
of its own, the admin's.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet

from orderflow_bridge.access.rights import ANY_RIGHT, PROBLEMS_SETTLE
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import NoSuchEntity, ProblemRefused
from orderflow_bridge.documents.problems import (
    PROBLEM,
    PROBLEM_COLUMNS,
    problem_list,
    usual_criteria,
)
from orderflow_bridge.documents.records import Document, flags, ints, record, texts
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.problems import services
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.selectors import visible, with_state
from orderflow_bridge.restapi.errors import not_authorized
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_PROBLEMS = results_of(PROBLEM, "OrderFlowProblemSearchResults")
_NOTE = record("ProblemNote", texts("note"))
_SNOOZE = record("ProblemSnooze", ints("hours"), flags("until_it_grows"), texts("note"))


class ProblemsView(RestView):
    """What is wrong."""

    @operation(right=ANY_RIGHT, is_search=True, are_criteria_required=False, returns=_PROBLEMS)
    def get(self, call: Call) -> dict[str, Any]:
        """Search problems.

        Those that are open, neither snoozed nor resolved, worst first, unless the criteria name
        `state` or `resolved_at`, or an order; there need not be any.
        """
        criteria = usual_criteria(call.criteria(are_required=False))
        page = call.page(with_state(visible(call.caller), clock.now()), PROBLEM_COLUMNS, criteria)
        return page.answer(_documents(call, page.rows))


class ProblemView(RestView):
    """One problem."""

    @operation(right=ANY_RIGHT, returns=PROBLEM)
    def get(self, call: Call, problem_id: int) -> Document:
        """Read a problem, whatever its state."""
        return _document(call, problem_id)


class AcknowledgeView(RestView):
    """Whose a problem is."""

    @operation(right=PROBLEMS_SETTLE, takes=_NOTE, returns=PROBLEM)
    def post(self, call: Call, problem_id: int) -> Document:
        """Take an open problem: the caller is its owner, whom others see to look after it."""
        return _settled(
            call,
            problem_id,
            lambda problem, by: services.take(problem, by=by, text=_note(call)),
        )


class SnoozeView(RestView):
    """Problems that call nobody for a while."""

    @operation(right=PROBLEMS_SETTLE, takes=_SNOOZE, returns=PROBLEM)
    def post(self, call: Call, problem_id: int) -> Document:
        """Snooze an open problem for some `hours`, or `until_it_grows` to ten times its count."""
        hours, until_it_grows = call.body.get("hours"), call.body.get("until_it_grows")
        if (hours is None) != bool(until_it_grows):
            raise ProblemRefused('Say for how many "hours", or say "until_it_grows": true.')
        until = None if hours is None else services.end_of_snooze(hours, clock.now())
        return _settled(
            call,
            problem_id,
            lambda problem, by: services.snooze(problem, by=by, until=until, text=_note(call)),
        )


class ResolveView(RestView):
    """Problems that have come to an end."""

    @operation(right=PROBLEMS_SETTLE, takes=_NOTE, returns=PROBLEM)
    def post(self, call: Call, problem_id: int) -> Document:
        """Resolve an open problem; if its cause goes on, it is raised anew."""
        return _settled(
            call,
            problem_id,
            lambda problem, by: services.resolve(problem, by=by, text=_note(call)),
        )


# What tells that nothing runs, although the job that would say so does not run either.
READING_VIEWS = (ProblemsView, ProblemView)


def _note(call: Call) -> str:
    return (call.body.get("note") or "").strip()


def _settled(
    call: Call, problem_id: int, settle: Callable[["QuerySet[Problem]", User], int]
) -> Document:
    """Settle a problem that the caller may see, and return it as it is then.

    Raises NoSuchEntity; ProblemRefused if it has ended.
    """
    _document(call, problem_id)
    if call.caller.user_id is None:  # an integration: what was settled has somebody's name
        raise not_authorized(PROBLEMS_SETTLE)
    by = User.objects.get(pk=call.caller.user_id)
    if not settle(Problem.objects.filter(pk=problem_id), by):
        raise ProblemRefused("The problem has ended: nothing was changed.")
    return _document(call, problem_id)


def _document(call: Call, problem_id: int) -> Document:
    for document in _documents(call, visible(call.caller).filter(pk=problem_id)):
        return document
    raise NoSuchEntity.any()


def _documents(call: Call, problems: "QuerySet[Problem]") -> list[Document]:
    address = call.http.build_absolute_uri("/")
    return problem_list(problems, now=clock.now(), address=address)


routes = [
    Route("orderflow/problems", ProblemsView),
    Route("orderflow/problems/<problem_id>", ProblemView),
    Route("orderflow/problems/<problem_id>/acknowledge", AcknowledgeView),
    Route("orderflow/problems/<problem_id>/snooze", SnoozeView),
    Route("orderflow/problems/<problem_id>/resolve", ResolveView),
]
