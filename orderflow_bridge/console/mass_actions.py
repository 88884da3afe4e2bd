"""What is done to a selection of a list: after a question, step by step, with true counts.

A step is short, so that no request lasts long and a stop loses nothing; between two steps the page
shows how far it is and goes on by itself. The rows are taken by ascending key: one that leaves the
list's filter because it was acted upon does not disturb the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from orderflow_bridge.common.exceptions import BridgeError, StepRefused
from orderflow_bridge.console.actions import ask_about, is_confirmed, selection
from orderflow_bridge.console.grids.paging import CappedPaginator

_LONGEST = 18
_LONGEST_REASON = 500
_REASONS_SHOWN = 5
_PREFIX = "new"
_Form = TypeVar("_Form", bound=Form)


@dataclass(frozen=True)
class Tally:
    """How many rows were seen so far, how many were really acted upon, and why some were not."""

    seen: int = 0
    done: int = 0
    reason: str = ""

    @property
    def left(self) -> int:
        """How many rows were passed over, because nothing was to be done or could be."""
        return self.seen - self.done


class Step(NamedTuple):
    """How many rows of a step were really acted upon, and why some were not."""

    done: int
    reason: str = ""


@dataclass(frozen=True)
class ConfirmedMassAction:
    """Something a list offers to do to its selected rows.

    `run(request, keys)` acts on the rows of one step and returns how many it really acted upon; if
    it raises StepRefused the next step follows, with any other BridgeError all ends.
    `tell(request, tally)` leaves the message at the end. `form` is what the question asks for
    beside yes; whatever the answer to it posts is posted again with each step.
    With `counts_left` that message is left even if nothing was done: it counts what was not.
    """

    title: str
    question: str
    run: Callable[[HttpRequest, Sequence[int]], int | Step]
    announce: Callable[[HttpRequest, Tally], None]
    step: int = 50
    form: Form | None = None
    counts_left: bool = False


def carry_out(
    model_admin: ModelAdmin, request: HttpRequest, rows: QuerySet[Any], action: ConfirmedMassAction
) -> HttpResponse | None:
    """Ask, or take one step; return the page to show, None when all is done and told."""
    if not is_confirmed(request) or not (action.form is None or action.form.is_valid()):
        return ask_about(
            model_admin,
            request,
            rows,
            title=action.title,
            question=action.question,
            form=action.form,
        )
    following = rows.order_by("pk").filter(pk__gt=_posted(request, "after"))
    limit = 0 if "stop" in request.POST else action.step + 1
    keys = list(following.values_list("pk", flat=True)[:limit])
    tally, goes_on = _step(request, action, keys[: action.step], _earlier(request))
    if goes_on and len(keys) > action.step:
        return _progress(model_admin, request, rows, action, tally, keys[action.step - 1])
    if tally.reason:
        messages.error(request, tally.reason)
    if tally.done or action.counts_left or not tally.reason:
        action.announce(request, tally)
    return None


def _step(
    request: HttpRequest, action: ConfirmedMassAction, keys: Sequence[int], earlier: Tally
) -> tuple[Tally, bool]:
    """Act on the rows of one step; return the tally so far, and whether to go on."""
    seen, done = earlier.seen + len(keys), earlier.done
    reason = earlier.reason
    try:
        found = action.run(request, keys) if keys else 0
        step = found if isinstance(found, Step) else Step(found)
        done += step.done
        reason = reason or step.reason
    except StepRefused as error:
        return Tally(seen, done, earlier.reason or str(error)), True
    except BridgeError as error:
        return Tally(earlier.seen, done, str(error)), False
    return Tally(seen, done, reason), True


def answer_to(request: HttpRequest, form_class: Callable[..., _Form]) -> _Form:
    """Return a question's form: with what was answered, or empty while it is being asked."""
    return form_class(request.POST if is_confirmed(request) else None, prefix=_PREFIX)


def in_short(reasons: Sequence[str]) -> str:
    """Return several reasons as one text: the first ones, and how many there are beside them."""
    shown = " ".join(reasons[:_REASONS_SHOWN])
    left = len(reasons) - _REASONS_SHOWN
    return " ".join((shown, _("And %(count)s more.") % {"count": left})) if left > 0 else shown


def _earlier(request: HttpRequest) -> Tally:
    """Return what the steps before have done, as the progress page sends it along."""
    reason = request.POST.get("reason", "")[:_LONGEST_REASON]
    return Tally(_posted(request, "seen"), _posted(request, "done"), reason)


def _progress(
    model_admin: ModelAdmin,
    request: HttpRequest,
    rows: QuerySet[Any],
    action: ConfirmedMassAction,
    tally: Tally,
    last: int,
) -> HttpResponse:
    counted = CappedPaginator(rows, 1)
    total = _posted(request, "total") or (0 if counted.is_capped else counted.count)
    hidden = [
        ("confirmed", "yes"),
        ("after", last),
        ("total", total),
        ("seen", tally.seen),
        ("done", tally.done),
        ("reason", tally.reason),
    ]
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": action.title,
        "action": action,
        "tally": tally,
        "total": total,
        "hidden": [*selection(request), *hidden, *_answers(request)],
    }
    return TemplateResponse(request, "bridge/progress.html", context)


def _answers(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what the question's form was answered with."""
    names = [name for name in request.POST if name.startswith(f"{_PREFIX}-")]
    return [(name, value) for name in names for value in request.POST.getlist(name)]


def _posted(request: HttpRequest, name: str) -> int:
    """Return a number that the progress page sent along, 0 if it is none."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else 0
