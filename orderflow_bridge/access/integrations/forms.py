"""The form of an integration: its rights as on a role's page, and its bounds."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminSelectWidget

from orderflow_bridge.access.forms import LastDayForm, RoleForm, day_before
from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.selectors import networks_in
from orderflow_bridge.access.role_rights import holds_all
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.validators import validate_networks, validate_receiver


class IntegrationForm(LastDayForm, forms.ModelForm):  # type: ignore[type-arg]
    """An integration. Its credentials are made, never entered."""

    CUSTOM, ALL = RoleForm.CUSTOM, RoleForm.ALL
    resource_access = forms.ChoiceField(
        label=_("Resource Access"),
        choices=((CUSTOM, _("Custom")), (ALL, _("All"))),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("All: every right, also those of later versions and plugins; no tick counts."),
    )

    class Meta:
        model = Integration
        fields = (
            "name",
            "callback_url",
            "identity_link_url",
            "is_read_only",
            "networks",
            "permissions",
        )
        help_texts = {
            "callback_url": (
                _(
                    "Where the integration's own system takes key, secret and verifier, to fetch"
                    " its token by itself. Empty: the credentials are shown, and entered there by"
                    " hand."
                )
            ),
            "identity_link_url": _(
                "The sign-in page of the integration's own system. Activating opens it in a window"
                " of its own, with the consumer key and where to go back to. It needs a Callback"
                " URL."
            ),
            "is_read_only": _("It reads what its resources let it read, and changes nothing."),
            "networks": (
                _(
                    "Addresses and networks it may call from, separated by commas: 192.0.2.10,"
                    " 198.51.100.0/24. Empty admits all."
                )
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        initial = {
            "resource_access": self.ALL if self.instance.has_all_rights else self.CUSTOM,
            "last_day": day_before(self.instance.ends_at),
        }
        for name, value in initial.items():
            if name in self.fields:
                self.fields[name].initial = value
        if "networks" in self.fields:
            self.fields["networks"].widget.attrs["rows"] = 2
        if "last_day" in self.fields:
            self.fields["last_day"].help_text = gettext(
                "After it no call of this integration is accepted."
            )

    def clean_callback_url(self) -> str:
        """Refuse what is not the address of a web server."""
        url: str = self.cleaned_data["callback_url"]
        if url:
            validate_receiver(url)
        return url

    def clean_identity_link_url(self) -> str:
        """Refuse what is not the address of a page, or one that nothing would be told at."""
        url: str = self.cleaned_data["identity_link_url"]
        if url:
            validate_receiver(url)
            if not self.cleaned_data.get("callback_url", "?"):
                raise ValidationError(
                    gettext("It needs a Callback URL, which takes the credentials.")
                )
        return url

    def clean_networks(self) -> str:
        """Return the networks, each once. Raises ValidationError for what is none."""
        networks = tuple(dict.fromkeys(networks_in(self.cleaned_data["networks"])))
        validate_networks(networks)
        return ", ".join(networks)

    def clean_resource_access(self) -> str:
        """Let only whoever holds all rights give them all."""
        chosen: str = self.cleaned_data["resource_access"]
        rights: Any = self.fields.get("permissions")
        if chosen == self.ALL and not (rights and holds_all(rights.giver)):
            raise ValidationError(gettext("Only who holds all rights can give them all."))
        return chosen
