"""What is asked for before a configuration file goes out or comes in."""

from django import forms
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from orderflow_bridge.common.translation import gettext_lazy as _


class ExportForm(forms.Form):
    """Whether secrets go along."""

    passphrase = forms.CharField(
        label=_("Passphrase for the secrets (leave empty to leave them out)"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
    )


class FileForm(forms.Form):
    """A file to look at."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.ClearableFileInput({"accept": ".json,application/json"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )
    passphrase = forms.CharField(
        label=_("Passphrase, if the file has secrets"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget({"autocomplete": "off"}),
    )


class DateTimeForm(forms.Form):
    """A time to go back to, in the shop's time zone."""

    at = forms.DateTimeField(
        label=_("Date and time"),
        widget=UnfoldAdminTextInputWidget({"type": "datetime-local", "step": "1"}),
        error_messages={"required": _("Choose a date and time.")},
    )
