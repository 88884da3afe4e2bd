"""Settling problems from their pages: one of them, or a selection, and what is said of it."""

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally
from orderflow_bridge.problems.forms import SettleForm
from orderflow_bridge.problems.models import Problem

_ROWS_AT_ONCE = 500


def many(
    title: str,
    question: str,
    run: Callable[[QuerySet[Problem]], int],
    done: str,
    form: SettleForm | None = None,
) -> ConfirmedMassAction:
    """Return the mass action that settles a selection; `done` says how many problems it has."""

    def step(request: HttpRequest, keys: Sequence[int]) -> int:
        return run(Problem.objects.filter(pk__in=keys))

    def announce(request: HttpRequest, tally: Tally) -> None:
        messages.success(request, done % {"count": tally.done})
        if tally.left:
            text = _("%(count)s of the selected problem(s) had ended before.")
            messages.info(request, text % {"count": tally.left})

    return ConfirmedMassAction(title, question, step, announce, step=_ROWS_AT_ONCE, form=form)


def only(problem: Problem) -> QuerySet[Problem]:
    """Return a problem as a selection."""
    return Problem.objects.filter(pk=problem.pk)


def user_of(request: HttpRequest) -> User:
    """Return who settles."""
    return User.objects.get(pk=int(request.user.pk or 0))


def settled(request: HttpRequest, done: int, text: str) -> None:
    """Say what was done, or that there was nothing left to do."""
    if done:
        messages.success(request, text)
    else:
        messages.warning(request, _("It has ended in the meantime: nothing was changed."))
