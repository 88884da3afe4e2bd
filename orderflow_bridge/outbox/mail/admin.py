"""The outbox in the admin: what was sent, waits or failed, with bodies shown as text only.

Email Settings gets "Send A Test E-mail" from this room.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.admin import SectionAdmin, scope_of
from orderflow_bridge.configuration.forms import SectionForm
from orderflow_bridge.configuration.models import PAGES
from orderflow_bridge.configuration.sections import Email
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange, Text
from orderflow_bridge.console.live import by_status, follow
from orderflow_bridge.console.pages import (
    Card,
    Section,
    admin_url,
    cards,
    live_status,
    time_cell,
)
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import (
    TEST_REFERENCE,
    deliver_now,
    is_address,
    write_mail,
    writes_files,
)

_TONES = {
    OutgoingMail.Status.WAITING: "warning",
    OutgoingMail.Status.SENDING: "info",
    OutgoingMail.Status.SENT: "success",
    OutgoingMail.Status.FAILED: "danger",
    OutgoingMail.Status.KEPT: "",
}
SUBJECT = gettext_lazy("Test e-mail of the OrderFlow Bridge")
NO_ADDRESS = gettext_lazy("Enter an Admin Email first: the test e-mail goes there.")


@admin.register(OutgoingMail)
class OutgoingMailAdmin(RecordAdmin):
    """System → E-mails."""

    missing_text = gettext_lazy("This e-mail no longer exists.")
    list_display = ("subject_text", "status_label", "recipient", "created", "sent", "error")
    list_display_links = ("subject_text",)
    filters = (
        Text("recipient", gettext_lazy("Recipient")),
        Text("subject", gettext_lazy("Subject")),
        Choices("status", gettext_lazy("Status"), choices=OutgoingMail.Status.choices),
        DateRange("created_at", gettext_lazy("Created"), "created"),
        DateRange("sent_at", gettext_lazy("Sent"), "sent"),
    )
    search_fields = ("recipient", "subject")
    search_help_text = gettext_lazy("Recipient or subject")
    empty_title = gettext_lazy("No e-mails yet")
    empty_text = gettext_lazy("Customers are mailed when OrderFlow's despatch message asks for it.")

    subject_text = column(
        gettext_lazy("Subject"), lambda mail: mail.subject or _("(no subject)"), ordering="subject"
    )
    status_label = column(
        gettext_lazy("Status"),
        lambda mail: live_status(
            mail, _TONES, OutgoingMail.Status.WAITING, OutgoingMail.Status.SENDING
        ),
        ordering="status",
    )
    created = column(gettext_lazy("Created"), "created_at", time_cell)
    sent = column(gettext_lazy("Sent"), "sent_at", time_cell)
    error = column(gettext_lazy("Last Error"), lambda mail: Truncator(mail.last_error).chars(80))

    def record_title(self, record: OutgoingMail) -> str:
        """Return the subject."""
        return str(self.subject_text(record))

    def sections(self, request: HttpRequest, record: OutgoingMail) -> list[Section]:
        """Return the envelope and the bodies."""
        details = [
            (_("To"), record.recipient),
            (_("Subject"), record.subject),
            (_("Status"), self.status_label(record)),
            (_("Created"), time_cell(record.created_at)),
            (_("Sent"), time_cell(record.sent_at)),
            (_("Attempts"), record.attempts),
            (_("Next try"), time_cell(record.retry_at)),
            (_("Last Error"), record.last_error),
        ]
        envelope = cards("information", _("Information"), Card(_("E-mail Details"), details))
        bodies = [
            Section(slug, title, "bridge/body.html", {"pretty": body, "caption": title})
            for slug, title, body in (
                ("text", _("Text"), record.text),
                ("html", "HTML", record.html),
            )
            if body
        ]
        return [envelope, *bodies]


class EmailSettingsAdmin(SectionAdmin):
    """The section's page, with a test of the way an alert takes."""

    tools_template = "admin/configuration/test_email.html"

    def tool_urls(self) -> list[URLPattern]:
        """Add the test."""
        view = self.admin_site.admin_view(self.test_view)
        return [path("test/", view, name=self.url_name("test"))]

    def test_view(self, request: HttpRequest) -> HttpResponse:
        """Send a test e-mail to the address in the form (POST), and say what became of it.

        Nothing of the form is saved. The mail goes through the outbox, as every other does.
        """
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        website = scope_of(request)
        form = self.section_form(website, request.POST)
        sent = None
        if form.is_valid():
            name, address = _recipient(form)
            if is_address(address):
                with translation.override(form.effective_values()["language"]):
                    sent = _send(request, name, address)
            else:
                messages.error(request, NO_ADDRESS)
        return self.page(request, form, website, {"test_mail": _outcome(sent)} if sent else None)


def _recipient(form: SectionForm) -> tuple[str, str]:
    values = form.effective_values()
    return values["admin_name"], values["admin_email"]


def _send(request: HttpRequest, name: str, address: str) -> OutgoingMail:
    context = {
        "admin_name": name,
        "by": request.user.get_username(),
        "address": request.build_absolute_uri(admin_url("index")),
    }
    mail = write_mail(
        recipient=address,
        subject=str(SUBJECT),
        text=render_to_string("emails/test.txt", context),
        html=render_to_string("emails/test.html", context),
        reference=TEST_REFERENCE,
    )
    return deliver_now(mail)


def _outcome(mail: OutgoingMail) -> dict[str, Any]:
    """Say what became of the mail; its own page shows the rest."""
    url = admin_url("mail_outgoingmail_change", mail.pk)
    if mail.status == OutgoingMail.Status.SENT:
        text = _("The mail server has taken the test e-mail to %(recipient)s.")
        text %= {"recipient": mail.recipient}
        if writes_files():
            text = _(
                "No mail server is configured (EMAIL_URL): the test e-mail was written to a file in"
                " the folder mail of the data folder."
            )
        return {"text": text, "tone": "success", "state": _("Sent"), "url": url}
    if mail.status == OutgoingMail.Status.WAITING:
        text = _("Not sent yet: %(error)s It is tried again by itself.")
        text %= {"error": mail.last_error}
        return {"text": text, "tone": "warning", "state": _("Waiting"), "url": url}
    text, state = _("Not sent: %(error)s") % {"error": mail.last_error}, mail.get_status_display()
    return {"text": text, "tone": "danger", "state": state, "url": url}


admin.site.unregister(PAGES[Email])
admin.site.register(PAGES[Email], EmailSettingsAdmin)


follow("mail.outgoingmail", by_status)
