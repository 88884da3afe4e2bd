"""System → Pauses: holding up the exchange with OrderFlow, and who did so before."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.columns import RowAction, column
from orderflow_bridge.console.grids.filters import Choices, DateRange, Text
from orderflow_bridge.console.pages import Card, Section, badge, cards, time_cell
from orderflow_bridge.exchange.models import Direction, Pause
from orderflow_bridge.exchange.services import pause, resume

PAUSE = "exchange.add_pause"


class PauseForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is paused, why, and until when."""

    def clean_until(self) -> Any:
        """Refuse an end that has come already."""
        until = self.cleaned_data["until"]
        if until is not None and until <= clock.now():
            raise forms.ValidationError(_("The end of a pause must lie in the future."))
        return until


def lasts(record: Pause) -> bool:
    """Tell whether a pause holds something up now."""
    is_over = record.until is not None and record.until <= clock.now()
    return record.resumed_at is None and not is_over


def _state(record: Pause) -> Any:
    if lasts(record):
        return badge(_("Paused"), "warning")
    return badge(_("Resumed") if record.resumed_at else _("Ended by itself"), "")


def _resume(request: HttpRequest, record: Pause) -> None:
    if resume(by=request.user.get_username(), pause_id=record.pk):
        messages.success(
            request, _("Resumed. What has waited goes on with the next runs of the jobs.")
        )
    else:
        messages.info(request, _("It had ended already."))


RESUME = RecordAction(
    slug="resume",
    title=gettext_lazy("Resume"),
    question=gettext_lazy(
        "Go on with the exchange? What has waited is sent and applied with the next runs."
    ),
    run=_resume,
    is_offered=lasts,
    right=PAUSE,
)


@admin.register(Pause)
class PauseAdmin(RecordAdmin):
    """The pauses there were; to add one is to pause."""

    form = PauseForm
    add_view = BridgeAdmin.add_view
    act_right = PAUSE
    own_record_actions = (RESUME,)
    row_record_actions = ("resume",)
    fields = ("direction", "website", "reason", "until")
    missing_text = gettext_lazy("This pause no longer exists.")
    list_display = ("what", "state", "reason", "by", "begin", "end", "ended", "action_links")
    list_display_links = ("what",)
    list_select_related = ("website",)
    filters = (
        Choices("direction", gettext_lazy("What Is Paused"), choices=Direction.choices),
        Text("paused_by", gettext_lazy("Paused By")),
        DateRange("since", gettext_lazy("Since"), "since"),
    )
    search_fields = ("reason", "paused_by")
    search_help_text = gettext_lazy("Reason, or who paused it")
    empty_title = gettext_lazy("The exchange has never been paused")
    empty_text = gettext_lazy(
        "Add a pause before a deployment or a stocktaking: messages are still accepted and stored,"
        " and everything goes on when it ends."
    )

    what = column(gettext_lazy("What Is Paused"), str, ordering="direction")
    state = column(gettext_lazy("State"), _state)
    by = column(gettext_lazy("Paused By"), "paused_by")
    begin = column(gettext_lazy("Since"), "since", time_cell)
    end = column(
        gettext_lazy("Until"), lambda record: time_cell(record.until, empty=_("Resumed by hand"))
    )
    ended = column(gettext_lazy("Resumed"), "resumed_at", time_cell)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Allow whoever may pause."""
        return bool(request.user.has_perm(PAUSE))

    def row_actions(self, request: HttpRequest, record: Pause) -> list[RowAction]:
        """Offer to resume what lasts."""
        return self.record_row_actions(request, record)

    def record_title(self, record: Pause) -> str:
        """Say what was paused."""
        return _("Pause: %(record)s") % {"record": record}

    def sections(self, request: HttpRequest, record: Pause) -> list[Section]:
        """Return who paused what, why, and how it ended."""
        facts = [
            (_("What is paused"), str(record)),
            (_("State"), _state(record)),
            (_("Reason"), record.reason),
            (_("Paused by"), record.paused_by),
            (_("Since"), time_cell(record.since)),
            (_("Until"), time_cell(record.until, empty=_("Resumed by hand"))),
            (_("Resumed"), time_cell(record.resumed_at)),
            (_("Resumed by"), record.resumed_by),
        ]
        return [cards("information", _("Information"), Card(_("Pause"), facts))]

    def save_model(self, request: HttpRequest, obj: Pause, form: Any, change: bool) -> None:
        """Pause, as the command does."""
        obj.pk = pause(
            Direction(obj.direction),
            reason=obj.reason,
            by=request.user.get_username(),
            website=obj.website,
            until=obj.until,
        ).pk
