"""What is asked when somebody settles a problem: for how long, and a note."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.problems.services import LONGEST_NOTE

_SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "grows": None}
_CHOICES = (("hour", _("An hour")), ("day", _("A day")), ("grows", _("Until it grows tenfold")))


class SettleForm(forms.Form):
    """A note on why; it may be left out."""

    shown: ClassVar[tuple[str, ...]] = ("text",)

    text = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def pairs(self) -> list[tuple[None, BoundField]]:
        """Return the fields as the page shows them: none has a tick."""
        return [(None, self[name]) for name in self.shown]


class NoteForm(SettleForm):
    """A note, and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True


class SnoozeForm(SettleForm):
    """For how long nobody is to be called to a problem, and why."""

    shown = ("span", "text")

    span = forms.ChoiceField(label=_("For"), choices=_CHOICES)

    def until(self, now: datetime) -> datetime | None:
        """Return when a valid form's time is over; None if the problem itself decides."""
        span = _SPANS[self.cleaned_data["span"]]
        return None if span is None else now + span
