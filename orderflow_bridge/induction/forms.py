"""What is asked before a link is made, and before a website goes live."""

from django import forms
from django.forms import BoundField

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.induction.sharing import LONGEST_DAYS


class AskForm(forms.Form):
    """Fields as the question's page shows them: none has a tick."""

    @property
    def pairs(self) -> list[tuple[None, BoundField]]:
        """Return the fields, each without a tick."""
        return [(None, field) for field in self]


class ShareForm(AskForm):
    """For whom the link is, and for how long."""

    recipient = forms.CharField(label=_("For whom"), max_length=150)
    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=LONGEST_DAYS,
        initial=14,
        help_text=_("How long it can be opened."),
    )


class CutOverForm(AskForm):
    """From when on orders are exported, in the shop's time zone."""

    at = forms.DateTimeField(
        label=_("Cut-over (in the shop's time zone)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}),
    )


class TrialForm(AskForm):
    """What the test order is of."""

    sku = forms.CharField(label=_("SKU of a simple product"), max_length=64)
