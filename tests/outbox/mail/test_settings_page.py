"""Email Settings → Send A Test E-mail: the way an alert takes, and what became of it."""

import smtplib
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.core import mail

from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import Email
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.mail.models import OutgoingMail
from tests.factories import make_website
from tests.outbox.mail import test_outbox

pytestmark = pytest.mark.django_db

URL = "/admin/configuration/emailsettings/test/"
FILLED = {"admin_name": "Veronica", "admin_email": "veronica@example.com", "language": "en-gb"}
INHERITED = {f"inherit-{name}": "on" for name in FILLED}

server = test_outbox.server


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def outcome_of(answer):
    assert answer.status_code == 200
    told = BeautifulSoup(answer.content, "html.parser").select_one("#test-email-outcome")
    return told and " ".join(told.text.split())


def test_the_test_email_goes_to_the_address_in_the_form_as_text_and_html(admin):
    told = outcome_of(admin.post(URL, FILLED))

    sent: Any
    [sent] = mail.outbox
    assert sent.to == ["veronica@example.com"]
    assert "Dear Veronica," in sent.body
    assert sent.alternatives[0][1] == "text/html"
    assert "root has sent it" in sent.alternatives[0][0]
    assert told.startswith("Sent The mail server has taken the test e-mail to veronica@example.com")


def test_the_test_email_is_written_in_the_language_of_emails_whoever_sends_it(admin):
    admin.post(URL, {**FILLED, "language": "de"}, headers={"accept-language": "fr"})

    [sent] = mail.outbox
    assert sent.subject == "Test-E-Mail der OrderFlow Bridge"
    assert "Guten Tag Veronica," in sent.body


def test_it_goes_through_the_outbox_and_nothing_is_saved(admin):
    answer = admin.post(URL, FILLED)

    sent = OutgoingMail.objects.get()
    assert (sent.status, sent.recipient) == ("sent", "veronica@example.com")
    link = BeautifulSoup(answer.content, "html.parser").select_one("#test-email-outcome a")
    assert admin.get(link["href"]).status_code == 200
    assert not SettingValue.objects.exists()


def test_a_website_is_tested_with_what_it_inherits(admin):
    write_settings(Email, FILLED)
    website = make_website()

    admin.post(f"{URL}?website={website.code}", INHERITED)

    assert mail.outbox[0].to == ["veronica@example.com"]


def test_without_an_address_it_says_what_to_do(admin):
    answer = admin.post(URL, INHERITED)

    assert "Enter an Admin Email first" in answer.content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_wrong_address_is_told_beside_its_field(admin):
    answer = admin.post(URL, {**FILLED, "admin_email": "nonsense"})

    page = BeautifulSoup(answer.content, "html.parser")
    assert "Enter a valid email address." in page.select_one(".configuration-row.errors").text
    assert page.select_one("[name=admin_email]")["value"] == "nonsense"
    assert not OutgoingMail.objects.exists()


def test_a_server_that_cannot_be_reached_is_told(admin, server):
    server.refuses_connection = OSError("Connection refused")

    told = outcome_of(admin.post(URL, FILLED))

    assert told.startswith(
        "Waiting Not sent yet: The mail server cannot be reached: Connection ref"
    )
    assert "tried again by itself" in told


def test_a_refusal_is_told_in_the_servers_words(admin, server):
    server.refuses_message = smtplib.SMTPRecipientsRefused(
        {"veronica@example.com": (550, b"unknown")}
    )

    told = outcome_of(admin.post(URL, FILLED))

    assert told.startswith("Failed Not sent: The mail server refused this e-mail:")
    assert "unknown" in told


def test_without_a_mail_server_it_says_where_the_mail_went(admin, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)

    told = outcome_of(admin.post(URL, FILLED))

    assert "No mail server is configured (EMAIL_URL)" in told
    assert len(list(tmp_path.iterdir())) == 1


def test_other_waiting_mails_are_left_to_their_job(admin):
    other = test_outbox.a_mail()

    admin.post(URL, FILLED)

    other.refresh_from_db()
    assert other.status == "waiting"


def test_it_takes_the_right_to_change_and_a_post(client, admin):
    assert admin.get(URL).status_code == 405
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_emailsettings"))
    client.force_login(viewer)

    assert client.post(URL, FILLED).status_code == 403
    assert not OutgoingMail.objects.exists()


def test_it_takes_the_pages_token(client):
    client.handler.enforce_csrf_checks = True
    client.force_login(User.objects.create_superuser("root"))

    assert client.post(URL, FILLED).status_code == 403
    assert not OutgoingMail.objects.exists()
