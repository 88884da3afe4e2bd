"""A stored secret whose key is gone is told of, and comes back with the key."""

import subprocess
import sys

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils import timezone

from exports.instances import client_of
from orderflow_bridge.common.exceptions import ExportNotConfigured
from orderflow_bridge.configuration import selectors
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.watch.machine import look_for_unreadable_secrets
from tests.factories import make_website
from tests.migrated import lay_copy
from tests.supervisor.servers import ROOT, environment

SENTENCE = "Password of Main Website cannot be read, because the key has changed"
PATH = "orderflow_api/settings/password"
FOREIGN = "gAAAAABn-by-another-key"


@pytest.fixture
def website(db):
    """Return a website whose stored password no key fits."""
    website = make_website(name="Main Website")
    account = {
        "endpoint": "http://127.0.0.1:9/web/",
        "username": "wms",
        "password": "secret",
        "organisation": "Mage Inc",
        "channel": "magento",
    }
    write_settings(Api, account)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE configuration_settingvalue SET value = %s WHERE path = %s", [FOREIGN, PATH]
        )
    selectors.forget()
    return website


def stored_password():
    """Return what the database holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM configuration_settingvalue WHERE path = %s", [PATH])
        return cursor.fetchone()[0]


def test_a_call_says_that_the_key_is_lost_instead_of_trying_an_empty_password(website):
    with pytest.raises(ExportNotConfigured, match=SENTENCE):
        client_of(website)


def test_the_page_of_the_password_says_so_at_once_and_the_dashboard_after_the_next_look(
    website, client
):
    client.force_login(User.objects.create_superuser("boss"))
    sentence = SENTENCE.replace("Main Website", "API Settings")

    assert sentence in client.get("/admin/configuration/apisettings/").content.decode()
    look_for_unreadable_secrets(timezone.now())
    assert sentence in client.get("/admin/").content.decode()


def test_saving_another_setting_leaves_the_stored_secret_as_it_is(website, client):
    write_settings(Api, {"channel": "other"})

    assert stored_password() == FOREIGN
    assert selectors.api().channel == "other"


def test_entering_the_secret_again_mends_it(website):
    write_settings(Api, {"password": "again"})

    assert client_of(website).credentials.password == "again"


def test_the_database_check_and_the_rotation_name_it(website, capsys):
    call_command("check", databases=["default"])
    assert "Password of API Settings" in capsys.readouterr().err

    with pytest.raises(CommandError, match=r"Password of API Settings \(Default Config\)"):
        call_command("rotate-secrets")
    assert stored_password() == FOREIGN


@pytest.mark.processes
def test_secrets_are_rotated_from_a_former_key_to_the_present_one(tmp_path):
    def manage(*arguments, **keys):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=environment(tmp_path, **keys), capture_output=True, text=True,
            timeout=300,
        )  # fmt: skip

    old, new = {"BRIDGE_SECRET_KEY": "old" * 20}, {"BRIDGE_SECRET_KEY": "new" * 20}
    password = "orderflow_api/settings/password"
    lay_copy(tmp_path)
    assert manage("config", "set", password, "s3cret", **old).returncode == 0

    lost = manage("rotate-secrets", **new)
    rotated = manage("rotate-secrets", **new, BRIDGE_SECRET_KEY_FALLBACKS="other " + "old" * 20)
    mended = manage("rotate-secrets", **new)

    assert lost.returncode == 1
    assert "Not readable with any key given: Password of API Settings" in lost.stderr
    assert rotated.stdout == mended.stdout == "Encrypted with the present key: 1.\n"
