"""A user reads the admin in the language of their choice, a machine is answered in English."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.factories import make_product

PASSWORD = "the-right-password"
pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Client:
    """A browser in which an administrator has signed in by a password."""
    User.objects.create_superuser("reader", password=PASSWORD)
    return _signed_in()


def _signed_in() -> Client:
    client = Client()
    posted = {"username": "reader", "password": PASSWORD}
    assert client.post(reverse("admin:login"), posted).status_code == 302
    return client


def _page(client: Client, path: str = "/admin/account/", browser: str = "") -> str:
    headers = {"accept-language": browser} if browser else {}
    return client.get(path, headers=headers).content.decode()


def test_a_page_is_written_in_the_language_of_the_browser(reader: Client):
    assert '<h2 class="bridge-title">Your account</h2>' in _page(reader)
    assert '<h2 class="bridge-title">Ihr Konto</h2>' in _page(reader, browser="de-AT,de;q=0.9")
    assert '<h2 class="bridge-title">Votre compte</h2>' in _page(reader, browser="fr,en;q=0.5")
    assert '<h2 class="bridge-title">Your account</h2>' in _page(reader, browser="nl")


def test_a_choice_counts_before_the_browser_and_at_the_next_sign_in(reader: Client):
    answer = reader.post("/admin/account/", {"language": "de"}, follow=True)

    assert "Ihre Seiten sind von nun an in dieser Sprache geschrieben." in answer.content.decode()
    assert "Ihr Konto" in _page(reader, browser="fr")
    assert "Ihr Konto" in _page(_signed_in(), browser="fr")


def test_a_choice_is_taken_back_by_leaving_it_to_the_browser(reader: Client):
    reader.post("/admin/account/", {"language": "de"})

    reader.post("/admin/account/", {"language": ""})

    assert "Votre compte" in _page(reader, browser="fr")
    assert "Your account" in _page(_signed_in())


def test_a_language_that_there_is_not_is_refused(reader: Client):
    answer = reader.post("/admin/account/", {"language": "tlh"})

    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
    assert "Your account" in _page(reader)


def test_the_sign_in_is_written_in_the_language_of_the_browser(client: Client):
    assert 'lang="de"' in _page(client, "/admin/login/", browser="de")


def test_times_and_numbers_are_written_as_the_language_has_them(reader: Client):
    User.objects.update(last_login="2026-03-04 05:06:07+00:00")

    assert "2026-03-04 05:06:07" in _page(reader)
    assert "04.03.2026 05:06:07" in _page(reader, browser="de")
    assert "04/03/2026 05:06:07" in _page(reader, browser="fr")


def test_a_file_that_is_streamed_is_in_the_language_of_its_reader(reader: Client):
    make_product("A-1")
    path = "/admin/catalog/product/download/csv/"

    english = b"".join(reader.get(path))
    german = b"".join(reader.get(path, headers={"accept-language": "de"}))

    assert english.splitlines()[0] != german.splitlines()[0]
    assert english.count(b"A-1") == german.count(b"A-1")


def test_machines_are_answered_in_english_whatever_they_ask_for(client: Client):
    answer = client.get("/rest/V1/orders/1", headers={"accept-language": "de"})

    assert answer.status_code == 401
    assert "The consumer isn't authorized to access" in answer.json()["message"]
