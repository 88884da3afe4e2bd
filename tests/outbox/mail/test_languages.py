"""E-mails have a language of their own: that of the website, whoever causes them."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from orderflow_bridge.configuration.sections import Email
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.mail.services import deliver_waiting_mail, write_mails
from orderflow_bridge.sales.notifications import comment_mail, order_mail
from tests.configuration.storing import store
from tests.factories import make_order, make_store
from tests.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings: LazySettings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        yield running


def body_of(server: MailServer, place: int, kind: str) -> str:
    part = server.messages[place].get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_customers_of_a_website_are_written_to_in_its_language(server: MailServer) -> None:
    view = make_store(name="Main")
    store(Email, view.website, language="de")
    order = make_order(
        items=[("24-MB01", 2)],
        store=view,
        increment_id="71",
        customer_firstname="Veronica",
        customer_email="veronica@example.com",
    )

    with translation.override("fr"):  # whoever causes it
        write_mails([order_mail(order), comment_mail(order, "It is on its way.")])
    deliver_waiting_mail()

    assert server.subjects() == [
        "Ihre Bestellbestätigung von Main Nr. 71",
        "Neues zu Ihrer Bestellung Nr. 71 bei Main",
    ]
    assert "Guten Tag Veronica," in body_of(server, 0, "plain")
    assert '<html lang="de">' in body_of(server, 0, "html")
    assert "It is on its way." in body_of(server, 1, "plain")


def test_customers_of_other_websites_are_written_to_in_english(server: MailServer) -> None:
    store(Email, make_store().website, language="de")
    order = make_order(store=make_store(name="Main"), customer_email="veronica@example.com")

    write_mails([comment_mail(order, "It is on its way.")])
    deliver_waiting_mail()

    assert server.subjects() == [f"Update to your Main order #{order.increment_id}"]


def test_an_invitation_is_written_in_the_language_of_the_installation(
    server: MailServer, client: Client
) -> None:
    write_settings(Email, {"language": "de"})
    nina = User.objects.create_user("nina", email="nina@example.com", is_staff=True)
    client.force_login(User.objects.create_superuser("root"))

    client.post(f"/admin/auth/user/{nina.pk}/invite/", headers={"accept-language": "fr"})

    [invitation] = server.messages
    assert invitation["Subject"] == "Ihr Benutzerkonto der OrderFlow Bridge"
    text = body_of(server, 0, "plain")
    assert "Guten Tag nina," in text
    assert "Ihr Benutzername ist nina." in text
