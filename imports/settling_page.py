"""What the shipment imports offer for a failed despatch: to mark it as settled, with a note."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest

from imports.settling import settle_despatches
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally, answer_to
from orderflow_bridge.request_queue.choosing import has_failures

TITLE = "Mark As Settled"
QUESTION = (
    "Mark what failed as settled? Nothing is shipped by that: it says that you have seen to it. The"
    " problem ends, and the note is kept in the history."
)


class NoteForm(forms.Form):
    """What was done about it."""

    note = forms.CharField(label="Note", max_length=200)

    @property
    def pairs(self) -> list[tuple[BoundField | None, BoundField]]:
        """Return the fields as the page shows them: a tick, if there is one, and the field."""
        return [(None, self["note"])]


def settle_many(request: HttpRequest) -> ConfirmedMassAction:
    """Return the mass action that settles imports with the note that its form asks for."""
    form = answer_to(request, NoteForm)

    def run(http: HttpRequest, keys: Sequence[int]) -> int:
        return _settle(http, keys, form)

    def announce(http: HttpRequest, tally: Tally) -> None:
        _tell(http, tally.done)

    return ConfirmedMassAction(TITLE, QUESTION, run, announce, form=form)


def _settle_one(request: HttpRequest, record: Any, form: NoteForm) -> None:
    _tell(request, _settle(request, [record.pk], form))


def _settle(request: HttpRequest, keys: Sequence[int], form: NoteForm) -> int:
    user: Any = request.user
    return settle_despatches(keys, by=user, note=form.cleaned_data["note"])


def _tell(request: HttpRequest, count: int) -> None:
    if count:
        messages.success(request, f"Despatches marked as settled: {count}.")
    else:
        messages.info(request, "Nothing was left to settle.")


SETTLE = RecordAction(
    "settle",
    TITLE,
    QUESTION,
    _settle_one,
    has_failures,
    "task_alt",
    right="imports.settle_shipmentimport",
    form=NoteForm,
)
