"""Which version runs is told wherever somebody asks: pages, monitors, the command line."""

import platform
import re
import subprocess
import sys

import pytest
from django.contrib.auth.models import Permission, User
from django.core.management import call_command
from prometheus_client.parser import text_string_to_metric_families

from orderflow_bridge.support.version_page import releases
from orderflow_bridge.version import VERSION, commit, full_version
from tests import third_party
from tests.supervisor.servers import ROOT
from tests.support.whole_texts import whole


@pytest.fixture
def reader(client, db):
    """A browser of somebody with one right."""
    user = User.objects.create_user("reader")
    user.user_permissions.set(Permission.objects.filter(codename="view_order"))
    client.force_login(user)
    return client


def test_the_command_says_the_version():
    said = subprocess.run(
        [sys.executable, "manage.py", "version"], cwd=ROOT, capture_output=True, text=True
    ).stdout

    assert said == f"OrderFlow Bridge {full_version()}\n"


def test_every_page_says_the_version_in_its_foot_and_leads_to_the_changelog(reader):
    page = reader.get("/admin/sales/order/").content.decode()

    assert f'<a href="/admin/version/">OrderFlow Bridge {full_version()}</a> · OSL-3.0' in page


def test_the_page_version_names_what_runs_the_licence_and_the_newest_changes(reader):
    page = str(whole(reader, "/admin/version/"))

    for word in (VERSION, commit(), platform.python_version(), "rtd2-integration-magento2"):
        assert word in page
    assert "Open Software License version 3.0" in page
    assert f">{VERSION} (" in page


def test_the_source_is_linked_where_the_installation_names_it(reader, monkeypatch):
    monkeypatch.setenv("BRIDGE_SOURCE_URL", "https://source.example/bridge")

    for address in ("/admin/version/", "/admin/sales/order/"):
        assert 'href="https://source.example/bridge"' in reader.get(address).content.decode()


@pytest.mark.django_db
def test_metrics_name_what_runs(client):
    families = text_string_to_metric_families(client.get("/metrics").content.decode())
    info = next(each for each in families if each.name == "bridge_build_info")

    assert info.samples[0].labels == {
        "version": VERSION,
        "commit": commit(),
        "python": platform.python_version(),
    }


@pytest.mark.django_db
def test_prepare_says_what_it_would_do_and_does_nothing(capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("prepare", check=True)

    assert ended.value.code == 1
    assert capsys.readouterr().out == "There is no superuser: admin would be made.\n"
    assert not User.objects.exists()


@pytest.mark.django_db
def test_prepare_has_nothing_to_do_where_everything_is_there(admin_user, capsys):
    call_command("prepare", check=True)

    assert capsys.readouterr().out == "Nothing is to be done.\n"


@pytest.mark.django_db
def test_prepare_names_the_static_files_that_are_not_collected(
    admin_user, capsys, settings, tmp_path
):
    settings.STATIC_ROOT = tmp_path

    with pytest.raises(SystemExit):
        call_command("prepare", check=True)

    assert "The static files are not collected." in capsys.readouterr().out


def test_the_list_of_third_party_packages_is_that_of_the_lock_file():
    assert third_party.PAGE.read_text() == third_party.page(), "Run: make third-party"


def test_the_changelog_and_the_notes_have_a_heading_for_this_version():
    notes = (ROOT / "docs" / "upgrading.md").read_text()

    newest = next(each.heading for each in releases() if each.heading != "Unreleased")
    assert re.fullmatch(rf"{re.escape(VERSION)} \(\d{{4}}-\d\d-\d\d\)", newest)
    assert f"\n### {VERSION}\n" in notes
