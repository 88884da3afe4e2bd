"""Email Settings, with "Send A Test E-mail": the section's page, as this room adds to it."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.urls import URLPattern, path

from orderflow_bridge.configuration.admin import SectionAdmin, scope_of
from orderflow_bridge.configuration.forms import SectionForm
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.outbox.mail.delivery import deliver_now
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import is_address, write_mail

SUBJECT = "Test e-mail of the OrderFlow Bridge"
NO_ADDRESS = "Enter an Admin Email first: the test e-mail goes there."
_TO_FILES = "filebased"


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
        subject=SUBJECT,
        text=render_to_string("emails/test.txt", context),
        html=render_to_string("emails/test.html", context),
    )
    return deliver_now(mail)


def _outcome(mail: OutgoingMail) -> dict[str, Any]:
    """Say what became of the mail; its own page shows the rest."""
    url = admin_url("mail_outgoingmail_change", mail.pk)
    if mail.status == OutgoingMail.Status.SENT:
        text = f"The mail server has taken the test e-mail to {mail.recipient}."
        if _TO_FILES in settings.EMAIL_BACKEND:
            text = (
                "No mail server is configured (EMAIL_URL): the test e-mail was written to a file in"
                " the folder mail of the data folder."
            )
        return {"text": text, "tone": "success", "state": "Sent", "url": url}
    if mail.status == OutgoingMail.Status.WAITING:
        text = f"Not sent yet: {mail.last_error} It is tried again by itself."
        return {"text": text, "tone": "warning", "state": "Waiting", "url": url}
    return {"text": f"Not sent: {mail.last_error}", "tone": "danger", "state": "Failed", "url": url}
