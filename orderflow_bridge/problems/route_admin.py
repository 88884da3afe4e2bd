"""System → Problem Routes: who is told of what; and what was posted to chats."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelectWidget

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.pages import Card, Section, badge, cards, time_cell
from orderflow_bridge.console.secret_widget import StoredSecretWidget
from orderflow_bridge.outbox.webhooks.filters import offer
from orderflow_bridge.problems.kinds import KINDS, Severity
from orderflow_bridge.problems.models import ChatMessage, ProblemRoute
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import website_choices


class RouteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps a stored secret: an empty field leaves it as it is."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        choices=[
            ("", gettext_lazy("Every kind")),
            *((each.name, each.title) for each in KINDS.values()),
        ],
    )
    website = forms.ModelChoiceField(
        Website.objects.all(),
        label=gettext_lazy("Website"),
        required=False,
        empty_label=gettext_lazy("Every website"),
        widget=UnfoldAdminSelectWidget,
    )
    user = forms.ModelChoiceField(
        User.objects.order_by("username"),
        label=gettext_lazy("User"),
        required=False,
        empty_label=gettext_lazy("Nobody"),
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy(
            "Whoever has an e-mail address. An address, a chat or both will do as well."
        ),
    )
    chat_secret = forms.CharField(
        label=gettext_lazy("Chat secret"),
        required=False,
        widget=StoredSecretWidget,
        help_text=gettext_lazy(
            "What your own receiver checks signatures with. Empty: stays as it is."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        StoredSecretWidget.tell(self, "chat_secret", self.instance.chat_secret)

    def clean_chat_secret(self) -> str:
        """Return the new secret, or the stored one."""
        return str(self.cleaned_data["chat_secret"] or self.instance.chat_secret or "")


@admin.register(ProblemRoute)
class ProblemRouteAdmin(FormAdmin):
    """Rules by kind, severity and website: users, addresses, chats."""

    form = RouteForm
    list_display = ("whom", "kind_title", "severity", "website", "is_active")
    list_display_links = ("whom",)
    list_select_related = ("website", "user")
    filters = (
        Choices(
            "kind", gettext_lazy("Kind"), choices=[(one.name, one.title) for one in KINDS.values()]
        ),
        Choices("least_severity", gettext_lazy("Severity From"), choices=Severity.choices),
        Choices("website", gettext_lazy("Website"), choices=website_choices),
    )
    search_fields = ("address", "user__username", "chat_url")
    search_help_text = gettext_lazy("User, e-mail address or chat URL")
    empty_title = gettext_lazy("No routes yet")
    empty_text = gettext_lazy(
        "Problems are told to each website's Admin Email. Add a route to tell somebody else, or a"
        " chat."
    )

    whom = column(gettext_lazy("Told"), lambda route: route.whom)
    kind_title = column(gettext_lazy("Kind"), lambda route: route.what)
    severity = column(
        gettext_lazy("Severity From"), lambda route: route.get_least_severity_display()
    )


@admin.register(ChatMessage)
class ChatMessageAdmin(RecordAdmin):
    """System → Chat Messages: what was posted, waits, or was given up."""

    missing_text = gettext_lazy("This message no longer exists.")
    list_display = ("first_line", "state", "route", "created", "sent", "last_error")
    list_display_links = ("first_line",)
    list_select_related = ("route", "route__user")
    filters = (DateRange("created_at", gettext_lazy("Created"), "created"),)
    search_fields = ("text",)
    search_help_text = gettext_lazy("Text")
    empty_title = gettext_lazy("No chat messages yet")
    empty_text = gettext_lazy("Add a problem route with a chat URL, and problems are posted there.")

    first_line = column(gettext_lazy("Message"), lambda message: message.text.partition("\n")[0])
    created = column(gettext_lazy("Created"), "created_at", time_cell)
    sent = column(gettext_lazy("Sent"), "sent_at", time_cell)

    @admin.display(description=gettext_lazy("State"))
    def state(self, message: ChatMessage) -> Any:
        """Sent, waiting or given up."""
        if message.sent_at:
            return badge(_("Sent"), "success")
        return badge(_("Waiting"), "warning") if message.due_at else badge(_("Given up"), "danger")

    def record_title(self, record: ChatMessage) -> str:
        """Return its first line."""
        return record.text.partition("\n")[0]

    def sections(self, request: HttpRequest, record: ChatMessage) -> list[Section]:
        """Return what was posted, and what came of it."""
        details = [
            (_("Route"), record.route),
            (_("State"), self.state(record)),
            (_("Attempts"), record.attempts),
            (_("Created"), time_cell(record.created_at)),
            (_("Next try"), time_cell(record.due_at)),
            (_("Sent"), time_cell(record.sent_at)),
            (_("Last Error"), record.last_error),
        ]
        body = {"pretty": record.text, "caption": _("Text")}
        return [
            cards("information", _("Information"), Card(_("Chat Message"), details)),
            Section("text", _("Text"), "bridge/body.html", body),
        ]


# What a receiver of webhooks can choose among; it stands below this room and knows no problems.
offer("problem_kinds", [(each.name, each.title) for each in KINDS.values()])
offer("least_severity", [(str(value), label) for value, label in Severity.choices])
