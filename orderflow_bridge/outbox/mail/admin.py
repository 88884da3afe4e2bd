"""The outbox in the admin: what was sent, waits or failed. Bodies are shown as text only."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.text import Truncator

from orderflow_bridge.configuration.models import PAGES
from orderflow_bridge.configuration.sections import Email
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange, Text
from orderflow_bridge.console.pages import Card, Section, badge, cards, time_cell
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.settings_admin import EmailSettingsAdmin

_TONES = {
    OutgoingMail.Status.WAITING: "warning",
    OutgoingMail.Status.SENDING: "info",
    OutgoingMail.Status.SENT: "success",
    OutgoingMail.Status.FAILED: "danger",
}


@admin.register(OutgoingMail)
class OutgoingMailAdmin(RecordAdmin):
    """System → E-mails."""

    missing_text = "This e-mail no longer exists."
    list_display = ("subject_text", "recipient", "status_label", "created", "sent", "error")
    list_display_links = ("subject_text",)
    filters = (
        Text("recipient", "Recipient"),
        Text("subject", "Subject"),
        Choices("status", "Status", choices=OutgoingMail.Status.choices),
        DateRange("created_at", "Created", "created"),
        DateRange("sent_at", "Sent", "sent"),
    )
    search_fields = ("recipient", "subject")
    search_help_text = "Recipient or subject"
    empty_title = "No e-mails yet"
    empty_text = "Customers are mailed when OrderFlow's despatch message asks for it."

    subject_text = column(
        "Subject", lambda mail: mail.subject or "(no subject)", ordering="subject"
    )
    status_label = column(
        "Status",
        lambda mail: badge(mail.get_status_display(), _TONES[OutgoingMail.Status(mail.status)]),
        ordering="status",
    )
    created = column("Created", "created_at", time_cell)
    sent = column("Sent", "sent_at", time_cell)
    error = column("Last Error", lambda mail: Truncator(mail.last_error).chars(80))

    def record_title(self, record: OutgoingMail) -> str:
        """Return the subject."""
        return str(self.subject_text(record))

    def sections(self, request: HttpRequest, record: OutgoingMail) -> list[Section]:
        """Return the envelope and the bodies."""
        details = [
            ("To", record.recipient),
            ("Subject", record.subject),
            ("Status", self.status_label(record)),
            ("Created", time_cell(record.created_at)),
            ("Sent", time_cell(record.sent_at)),
            ("Attempts", record.attempts),
            ("Next try", time_cell(record.retry_at)),
            ("Last Error", record.last_error),
        ]
        envelope = cards("information", "Information", Card("E-mail Details", details))
        bodies = [
            Section(slug, title, "bridge/body.html", {"pretty": body, "caption": title})
            for slug, title, body in (("text", "Text", record.text), ("html", "HTML", record.html))
            if body
        ]
        return [envelope, *bodies]


admin.site.unregister(PAGES[Email])
admin.site.register(PAGES[Email], EmailSettingsAdmin)
