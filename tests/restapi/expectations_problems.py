"""What the routes of problems answer."""

from orderflow_bridge.access.rights import ANY_RIGHT, PROBLEMS_SETTLE
from orderflow_bridge.problems.kinds import NOTHING_RUNS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, raise_problems
from tests.restapi.stating import LISTED, Sent, Stated

_MISSING = Sent({"problem_id": 999_999})


def _problem(body: object = None) -> Sent:
    """Raise a problem that everybody may see."""
    raise_problems([Finding(NOTHING_RUNS, "workers", "Nothing runs.", "Start a worker.")])
    return Sent({"problem_id": Problem.objects.latest("pk").pk}, body)


def _settled(verb: str, body: object) -> Stated:
    address = f"orderflow/problems/<problem_id>/{verb}"
    missing = Sent(_MISSING.parameters, body)
    return Stated(
        "post",
        address,
        PROBLEMS_SETTLE,
        lambda: _problem(body),
        missing=missing,
        malformed=400,
    )


STATED = [
    Stated("get", "orderflow/problems", ANY_RIGHT, lambda: Sent(query=LISTED)),
    Stated("get", "orderflow/problems/<problem_id>", ANY_RIGHT, _problem, missing=_MISSING),
    _settled("acknowledge", {"note": "Mine."}),
    _settled("snooze", {"hours": 2}),
    _settled("resolve", {"note": "It runs."}),
]
