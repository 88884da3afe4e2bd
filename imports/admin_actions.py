"""What an operator starts on the pages of imports, and is told: process, requeue, settle.

The counts are those of the requests that were really processed, not of those selected.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.translation import gettext as _

from imports.despatch_problems import settle_despatches
from imports.inventory.mass_changes import held_mass_change
from imports.models import ImportLine
from imports.preview import MOST_LINES, preview_requests, previewed
from imports.preview_page import preview_sections
from imports.requeueing import queue_again, requeue_lines
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.common.exceptions import BridgeError, ImportsPaused, MessageRefused
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally, answer_to
from orderflow_bridge.console.pages import Section
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.report_lines import has_failures

_REPORTS_AT_ONCE = 100
DONE = gettext_lazy("The request has been processed.")
DONE_BEFORE = gettext_lazy("This request has already been processed.")
HELD_NOW = gettext_lazy(
    "Nothing was written: too much would run out of stock. The request is held until somebody"
    " applies or discards the mass change."
)
NOT_REQUEUED = gettext_lazy(
    "Nothing was requeued: these lines wait in the queue already, or the log cleaning has deleted"
    " the request that brought them."
)
SETTLE_TITLE = gettext_lazy("Mark As Settled")
SETTLE_QUESTION = gettext_lazy(
    "Mark what failed as settled? Nothing is shipped by that: it says that you have seen to it. The"
    " problem ends, and the note is kept in the history."
)


class NoteForm(forms.Form):
    """What was done about it."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=200)

    @property
    def pairs(self) -> list[tuple[BoundField | None, BoundField]]:
        """Return the fields as the page shows them: a tick, if there is one, and the field."""
        return [(None, self["note"])]


def process_one(http: HttpRequest, queued: Request) -> None:
    """Process one request and leave a message that says what became of it."""
    if queued.processed_at:
        messages.info(http, DONE_BEFORE)
        return
    try:
        processed = process_imports(Entity(queued.entity), ids=[queued.pk])
    except BridgeError as error:
        messages.error(http, str(error))
        return
    if processed.requests:
        messages.success(http, DONE)
        if processed.failures:
            failed = _("Lines that failed: %(count)s. See its report.")
            messages.warning(http, failed % {"count": processed.failures})
        return
    queued.refresh_from_db()
    if processed.held:
        messages.warning(http, HELD_NOW)
    elif queued.entity == Entity.INVENTORY and held_mass_change():
        messages.error(http, str(ImportsPaused()))
    elif queued.processed_at:
        messages.info(http, DONE_BEFORE)
    elif queued.last_error:
        why = _("The request could not be processed: %(error)s") % {"error": queued.last_error}
        messages.error(http, why)
    else:
        messages.info(http, _("The request is being processed by a worker just now."))


def process_some(http: HttpRequest, keys: Sequence[int]) -> int:
    """Process those of these requests that still wait; return how many were."""
    count = 0
    for entity in (Entity.INVENTORY, Entity.SHIPMENT):
        waiting = Request.objects.filter(pk__in=keys, entity=entity, processed_at__isnull=True)
        ids = list(waiting.order_by("id").values_list("pk", flat=True))
        if not ids:
            continue
        if entity == Entity.INVENTORY and held_mass_change():
            messages.error(http, str(ImportsPaused()))
            continue
        try:
            processed = process_imports(entity, ids=ids)
            count += processed.requests
            if processed.held:
                messages.warning(http, HELD_NOW)
        except BridgeError as error:
            messages.error(http, str(error))
    return count


def preview_one(http: HttpRequest, queued: Request) -> list[Section]:
    """Show what processing a request would change."""
    return preview_sections(preview_requests([queued.pk]))


def preview_failures(failed: QuerySet[ImportLine]) -> list[Section]:
    """Show what requeueing failed lines, and then processing them, would change.

    One line more than a preview judges is queued, so that it can tell that there are more.
    """

    def make() -> list[int]:
        made = queue_again(failed.select_related("parent").order_by("pk")[: MOST_LINES + 1])
        if not made:
            raise MessageRefused(NOT_REQUEUED)
        return made

    return preview_sections(previewed(make))


def requeue_failures(http: HttpRequest, failed: QuerySet[ImportLine]) -> None:
    """Queue failed lines again, and tell how many, or why none."""
    _note_requeued(http, _requeue(http, failed))


def requeue_failures_of(http: HttpRequest, reports: QuerySet[Any]) -> None:
    """Queue all failed lines of these imports again, some imports at a time, and tell how many."""
    ids = list(reports.order_by("pk").values_list("pk", flat=True))
    chunks = [
        ids[start : start + _REPORTS_AT_ONCE] for start in range(0, len(ids), _REPORTS_AT_ONCE)
    ]
    failed = ImportLine.objects.filter(result=Result.FAILURE)
    _note_requeued(http, sum(_requeue(http, failed.filter(parent__in=some)) for some in chunks))


def settle_many(request: HttpRequest) -> ConfirmedMassAction:
    """Return the mass action that settles imports with the note that its form asks for."""
    form = answer_to(request, NoteForm)

    def run(http: HttpRequest, keys: Sequence[int]) -> int:
        return _settle(http, keys, form)

    def announce(http: HttpRequest, tally: Tally) -> None:
        _tell_settled(http, tally.done)

    return ConfirmedMassAction(SETTLE_TITLE, SETTLE_QUESTION, run, announce, form=form)


def _requeue(http: HttpRequest, failed: QuerySet[ImportLine]) -> int:
    """Queue failed lines again; return how many, 0 if they all wait already."""
    lines = list(failed.select_related("parent"))
    return len(lines) if requeue_lines(lines, by=http.user.get_username()) else 0


def _note_requeued(http: HttpRequest, count: int) -> None:
    if count:
        text = _("%(count)s failed line(s) have been requeued. The next import run applies them.")
        messages.success(http, text % {"count": count})
    else:
        messages.warning(http, NOT_REQUEUED)


def _settle_one(request: HttpRequest, record: Any, form: NoteForm) -> None:
    _tell_settled(request, _settle(request, [record.pk], form))


def _settle(request: HttpRequest, keys: Sequence[int], form: NoteForm) -> int:
    user: Any = request.user
    return settle_despatches(keys, by=user, note=form.cleaned_data["note"])


def _tell_settled(request: HttpRequest, count: int) -> None:
    if count:
        messages.success(request, _("Despatches marked as settled: %(count)s.") % {"count": count})
    else:
        messages.info(request, _("Nothing was left to settle."))


SETTLE = RecordAction(
    "settle",
    SETTLE_TITLE,
    SETTLE_QUESTION,
    _settle_one,
    has_failures,
    "task_alt",
    right="imports.settle_shipmentimport",
    form=NoteForm,
)
