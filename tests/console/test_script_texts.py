"""Scripts, actions and the glossary speak the language of their page."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import html

from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.console.script_texts import TEXTS
from tests.supervisor.servers import ROOT

# One text, or one of two: say(place ? "Not tried" : "Trying…").
_SAID = re.compile(r'(?:bridgeText|say|copyText)\((?:\w+ \? )?"([^"]+)"(?: : "([^"]+)")?')


@pytest.fixture
def boss() -> Client:
    """A browser in which a superuser has signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def _german(client: Client, path: str) -> str:
    return client.get(path, headers={"accept-language": "de"}).content.decode()


def test_every_text_of_the_scripts_is_declared():
    paths = sorted((ROOT / "orderflow_bridge").rglob("*.js"))
    found = [texts for path in paths for texts in _SAID.findall(path.read_text())]
    said = {text for texts in found for text in texts if text}

    assert said == set(TEXTS)


@pytest.mark.django_db
def test_a_page_brings_the_texts_of_its_scripts_unless_they_are_english(boss: Client):
    assert "bridge-texts" not in boss.get("/admin/version/").content.decode()

    page = html.document_fromstring(_german(boss, "/admin/version/"))
    texts = json.loads(page.findtext(".//script[@id='bridge-texts']") or "{}")

    assert texts["Could not copy"] == "Kopieren nicht möglich"
    assert page.get("lang") == "de"


@pytest.mark.django_db
def test_the_question_of_an_action_is_asked_in_the_language_of_its_reader(boss: Client):
    grant_token(User.objects.get(username="boss"))
    token = AccessToken.objects.get()

    page = _german(boss, f"/admin/access/accesstoken/{token.pk}/revoke/")

    assert "Möchten Sie dieses Token wirklich widerrufen?" in page


@pytest.mark.django_db
def test_terms_of_the_glossary_are_known_in_both_languages(boss: Client):
    english = boss.get("/admin/help/glossary.json").json()
    german = json.loads(_german(boss, "/admin/help/glossary.json?de"))

    assert english.items() <= german.items()
    assert len(german) > len(english)


@pytest.mark.django_db
def test_a_browser_keeps_the_words_of_the_admins_scripts_for_each_language(boss: Client):
    assert "/admin/jsi18n/?de" in _german(boss, "/admin/auth/user/")
    assert 'src="/admin/jsi18n/"' in boss.get("/admin/auth/user/").content.decode()

    kept = boss.get("/admin/jsi18n/?de", headers={"accept-language": "de"})
    bare = boss.get("/admin/jsi18n/", headers={"accept-language": "de"})

    assert kept["Cache-Control"] == "private, max-age=3600"
    assert bare["Cache-Control"] == "private, no-store"


def test_the_web_server_reads_the_menu_before_there_are_settings():
    env = {name: each for name, each in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", "import orderflow_bridge.http.gunicorn_config"]

    subprocess.run(command, cwd=ROOT, env=env, check=True)
