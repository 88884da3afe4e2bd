"""What is asked before a link is made."""

from django import forms
from django.forms import BoundField

from orderflow_bridge.induction.sharing import LONGEST_DAYS


class AskForm(forms.Form):
    """Fields as the question's page shows them: none has a tick."""

    @property
    def pairs(self) -> list[tuple[None, BoundField]]:
        """Return the fields, each without a tick."""
        return [(None, field) for field in self]


class ShareForm(AskForm):
    """For whom the link is, and for how long."""

    recipient = forms.CharField(
        label="For", max_length=150, help_text="Who gets it: a name or an address, for this list."
    )
    days = forms.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, initial=14, help_text="How long it can be opened."
    )
