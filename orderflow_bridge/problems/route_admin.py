"""System → Problem Routes: who is told of what; and what was posted to chats."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import DateRange
from orderflow_bridge.console.pages import Card, Section, badge, cards, time_cell
from orderflow_bridge.problems.kinds import KINDS
from orderflow_bridge.problems.models import ChatMessage, ProblemRoute
from orderflow_bridge.stores.models import Website


class RouteForm(forms.ModelForm):  # type: ignore[type-arg]
    """Keeps a stored secret: an empty field leaves it as it is."""

    kind = forms.ChoiceField(
        required=False,
        widget=UnfoldAdminSelectWidget,
        choices=[("", "Every kind"), *((each.name, each.title) for each in KINDS.values())],
    )
    website = forms.ModelChoiceField(
        Website.objects.all(),
        required=False,
        empty_label="Every website",
        widget=UnfoldAdminSelectWidget,
    )
    user = forms.ModelChoiceField(
        User.objects.order_by("username"),
        required=False,
        empty_label="Nobody",
        widget=UnfoldAdminSelectWidget,
        help_text="Whoever has an e-mail address. An address, a chat or both will do as well.",
    )
    chat_secret = forms.CharField(
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="What your own receiver checks signatures with. Empty: stays as it is.",
    )

    def clean_chat_secret(self) -> str:
        """Return the new secret, or the stored one."""
        return str(self.cleaned_data["chat_secret"] or self.instance.chat_secret or "")


@admin.register(ProblemRoute)
class ProblemRouteAdmin(BridgeAdmin):
    """Rules by kind, severity and website: users, addresses, chats."""

    form = RouteForm
    list_display = ("whom", "kind_title", "severity", "website", "is_active")
    list_display_links = ("whom",)
    list_select_related = ("website", "user")
    empty_title = "No routes yet"
    empty_text = (
        "Problems are told to each website's Admin Email. Add a route to tell somebody else, or a"
        " chat."
    )

    whom = column("Told", lambda route: str(route).partition(" to ")[2])
    kind_title = column("Kind", lambda route: str(route).partition(" to ")[0])
    severity = column("Severity From", lambda route: route.get_least_severity_display())


@admin.register(ChatMessage)
class ChatMessageAdmin(RecordAdmin):
    """System → Chat Messages: what was posted, waits, or was given up."""

    missing_text = "This message no longer exists."
    list_display = ("first_line", "route", "state", "created", "sent", "last_error")
    list_display_links = ("first_line",)
    list_select_related = ("route", "route__user")
    filters = (DateRange("created_at", "Created", "created"),)
    search_fields = ("text",)
    search_help_text = "Text"
    empty_title = "No chat messages yet"
    empty_text = "Add a problem route with a chat URL, and problems are posted there."

    first_line = column("Message", lambda message: message.text.partition("\n")[0])
    created = column("Created", "created_at", time_cell)
    sent = column("Sent", "sent_at", time_cell)

    @admin.display(description="State")
    def state(self, message: ChatMessage) -> Any:
        """Sent, waiting or given up."""
        if message.sent_at:
            return badge("Sent", "success")
        return badge("Waiting", "warning") if message.due_at else badge("Given up", "danger")

    def record_title(self, record: ChatMessage) -> str:
        """Return its first line."""
        return record.text.partition("\n")[0]

    def sections(self, request: HttpRequest, record: ChatMessage) -> list[Section]:
        """Return what was posted, and what came of it."""
        details = [
            ("Route", record.route),
            ("State", self.state(record)),
            ("Attempts", record.attempts),
            ("Created", time_cell(record.created_at)),
            ("Next try", time_cell(record.due_at)),
            ("Sent", time_cell(record.sent_at)),
            ("Last Error", record.last_error),
        ]
        body = {"pretty": record.text, "caption": "Text"}
        return [
            cards("information", "Information", Card("Chat Message", details)),
            Section("text", "Text", "bridge/body.html", body),
        ]
