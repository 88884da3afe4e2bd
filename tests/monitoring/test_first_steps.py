"""The first steps, ticked by real messages, a real mail and a recorded back-up."""

from datetime import timedelta
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from time_machine import travel

from orderflow_bridge.configuration.sections import Email, ProblemReports
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.monitoring.backups import KEPT, record_backup
from orderflow_bridge.monitoring.models import Backup
from orderflow_bridge.sandbox import sending
from tests.factories import make_order, make_user, make_website
from tests.journeys.conftest import Trade, trade
from tests.mail_server import mail_server

__all__ = ("trade",)

PRODUCT, ORDER = "Export a test product", "Export a test order"
STOCK, DESPATCH = "Receive a stock figure", "Receive a despatch"
MAIL, BACKUP = "Have a test e-mail arrive", "Make a back-up, and have it recorded"
ADDRESS = "Give the bridge its own address"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
TEST_MAIL = "/admin/configuration/emailsettings/test/"
NINA = {"admin_name": "Nina", "admin_email": "nina@shop.example", "language": "en-gb"}


@pytest.fixture
def boss(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def ticked(client):
    """Return the ticked steps of the first page."""
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    return {item.a.text for item in page.select(".dashboard-checklist li[data-done]")}


@pytest.mark.django_db(transaction=True)
def test_the_guides_four_tests_are_ticked_one_by_one(trade: Trade, boss: Client):
    four, seen = {PRODUCT, ORDER, STOCK, DESPATCH}, []
    bag = trade.sell("24-MB01")

    trade.job("orderflow_export_product_create")
    seen.append(ticked(boss) & four)
    order = make_order(items=[(bag, 1)])
    trade.job("orderflow_export_order_create")
    seen.append(ticked(boss) & four)
    sending.push_stock(trade.sandbox)
    waiting = ticked(boss) & four
    trade.job("orderflow_import_inventory_update")
    seen.append(ticked(boss) & four)
    sending.despatch(trade.sandbox, order.increment_id)
    trade.job("orderflow_import_shipment_update")
    seen.append(ticked(boss) & four)

    assert seen == [{PRODUCT}, {PRODUCT, ORDER}, {PRODUCT, ORDER, STOCK}, four]
    assert waiting == {PRODUCT, ORDER}


def test_the_mail_step_is_ticked_once_a_mail_server_has_taken_a_test_mail(boss, settings):
    make_website()
    write_settings(Email, {"admin_name": "Nina", "admin_email": "nina@shop.example"})
    with mail_server() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_PORT = server.port
        before = ticked(boss)
        boss.post(TEST_MAIL, NINA)
        after = ticked(boss)

    assert MAIL not in before
    assert MAIL in after
    assert server.subjects() == ["Test e-mail of the OrderFlow Bridge"]


def test_a_mail_that_only_became_a_file_ticks_nothing(boss, settings, tmp_path):
    make_website()
    write_settings(Email, {"admin_name": "Nina", "admin_email": "nina@shop.example"})
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)

    boss.post(TEST_MAIL, NINA)

    assert list(tmp_path.iterdir())
    assert MAIL not in ticked(boss)


def test_a_website_without_an_admin_email_keeps_the_mail_step_open(boss, settings):
    make_website()
    own = NINA
    write_settings(Email, own, website=make_website())
    with mail_server() as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_PORT = server.port
        boss.post(TEST_MAIL, NINA)

        assert MAIL not in ticked(boss)


@pytest.mark.parametrize(
    ("base_url", "hosts", "is_done"),
    [
        ("https://bridge.example", ["bridge.example", "testserver"], True),
        ("https://Bridge.Example/of", [".example", "testserver"], True),
        ("http://bridge.example", ["bridge.example", "testserver"], False),
        ("https://bridge.example", ["*"], False),
        ("https://bridge.example", ["other.example", "testserver"], False),
        ("", ["bridge.example", "testserver"], False),
    ],
)
def test_the_bridges_address_is_encrypted_and_among_the_names_it_answers_to(
    boss, settings, base_url, hosts, is_done
):
    settings.ALLOWED_HOSTS = hosts
    write_settings(ProblemReports, {"base_url": base_url or None})

    assert (ADDRESS in ticked(boss)) == is_done


def test_a_script_tells_of_its_back_up_and_a_week_later_it_no_longer_counts(boss):
    told = StringIO()

    call_command("record_backup", "backup01:/srv/bridge", "--by", "cron", stdout=told)

    assert told.getvalue().startswith("Recorded: backup01:/srv/bridge, ")
    assert BACKUP in ticked(boss)
    with travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        boss.force_login(User.objects.get(username="boss"))
        assert BACKUP not in ticked(boss)


def test_a_person_records_a_back_up_by_hand_with_name_and_date(boss):
    question = boss.get("/admin/dashboard/backup/record/")
    empty = boss.post("/admin/dashboard/backup/record/", {"place": " "})
    boss.post("/admin/dashboard/backup/record/", {"place": "The safe"})

    backup = Backup.objects.get()
    row = BeautifulSoup(boss.get("/admin/dashboard/backup/").content, "html.parser")
    assert question.status_code == 200
    assert empty.status_code == 200
    assert (backup.place, backup.told_by) == ("The safe", "boss")
    assert "The safe" in row.select_one("#result_list").text
    assert "boss" in row.select_one("#result_list").text
    assert BACKUP in ticked(boss)


def test_who_may_only_look_at_back_ups_records_none(db):
    client = Client()
    client.force_login(make_user(is_staff=True, rights=["dashboard.view_backup"]))

    assert client.get("/admin/dashboard/backup/").status_code == 200
    assert client.post("/admin/dashboard/backup/record/", {"place": "x"}).status_code == 403
    assert not Backup.objects.exists()


@pytest.mark.django_db
def test_the_last_hundred_back_ups_are_kept():
    for number in range(KEPT + 5):
        record_backup(f"tape {number}", by="")

    places = set(Backup.objects.values_list("place", flat=True))
    assert len(places) == KEPT
    assert {"tape 0", "tape 4"}.isdisjoint(places)
