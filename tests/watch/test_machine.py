"""Disks, partitions, migrations, certificates and keys."""

import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from imports.history import missing_partitions
from orderflow_bridge.configuration import selectors
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.problems.kinds import MACHINE, SECRET_UNREADABLE, Severity
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.watch.machine import (
    full_disks,
    look_at_the_machine,
    look_for_unreadable_secrets,
)
from orderflow_bridge.watch.models import Memory
from tests.configuration.servers import badly_certified
from tests.configuration.storing import store
from tests.factories import make_website

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")
GIGABYTE = 1_000_000_000


@pytest.mark.parametrize(
    ("total", "free", "severity"),
    [
        (1000, 60, None),
        (1000, 40, Severity.WARNING),
        (10, 0.9, Severity.WARNING),
        (10, 0.4, Severity.CRITICAL),
        (1000, 0.9, Severity.CRITICAL),
    ],
)
def test_a_disk_is_full_below_a_gigabyte_or_five_per_cent(
    monkeypatch: pytest.MonkeyPatch, total: float, free: float, severity: Severity | None
) -> None:
    usage = Usage(int(total * GIGABYTE), 0, int(free * GIGABYTE))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    assert [each.severity for each in full_disks()] == ([severity] if severity else [])


def test_a_healthy_machine_is_no_problem_and_its_days_have_a_place() -> None:
    look_at_the_machine(timezone.now())

    assert not open_problems(MACHINE).exclude(subject__startswith="disk").exists()
    assert missing_partitions(timezone.now().astimezone(UTC).date(), ahead=3) == []


def test_days_without_a_partition_are_found() -> None:
    days = missing_partitions(datetime(2090, 1, 1, tzinfo=UTC).date(), ahead=1)

    assert len(days) == (2 if connection.vendor == "postgresql" else 0)


def test_a_migration_that_is_not_applied_is_told() -> None:
    with connection.cursor() as cursor:
        newest = "SELECT max(id) FROM django_migrations WHERE name NOT LIKE '%squashed%'"
        cursor.execute(f"DELETE FROM django_migrations WHERE id = ({newest})")
    look_at_the_machine(timezone.now())

    problem = open_problems(MACHINE).get(subject="migrations")
    assert problem.text.endswith("of this version is not applied.")
    assert problem.remedy == "Run: manage.py migrate."


def test_a_certificate_that_ends_soon_is_told_and_read_once_a_day(tmp_path: Path) -> None:
    with badly_certified(tmp_path) as fake:
        website = make_website()
        store(Api, website, endpoint=fake.endpoint, ca_certificates=str(tmp_path / "server.pem"))
        look_at_the_machine(timezone.now())
    problem = open_problems(MACHINE).get(subject__startswith="certificate")
    assert problem.text.startswith("The certificate of ")
    assert " ends in " in problem.text

    # The server is gone; the day's reading stands.
    look_at_the_machine(timezone.now())
    assert open_problems(MACHINE).filter(subject__startswith="certificate").exists()

    Memory.objects.update(value=(timezone.now() + timedelta(days=60)).timestamp())
    look_at_the_machine(timezone.now())
    assert not open_problems(MACHINE).filter(subject__startswith="certificate").exists()


def test_an_orderflow_whose_certificate_cannot_be_read_stops_no_look(tmp_path: Path) -> None:
    with badly_certified(tmp_path) as fake:
        store(Api, make_website(), endpoint=fake.endpoint)
        look_at_the_machine(timezone.now())
        look_at_the_machine(timezone.now())

    assert not open_problems(MACHINE).filter(subject__startswith="certificate").exists()


def test_a_secret_that_no_key_fits_is_told_until_it_is_entered_again() -> None:
    website = make_website(name="Main Website")
    store(Api, website, password="secret")
    SettingValue.objects.filter(website=website).update(value="gAAAAABn-by-another-key")
    selectors.forget()
    look_for_unreadable_secrets(timezone.now())

    problem = open_problems(SECRET_UNREADABLE).get()
    assert problem.text.startswith("Password of Main Website cannot be read")
    assert problem.remedy.endswith("or enter the secret again.")
    assert problem.url.startswith("/admin/configuration/apisettings/?website=")

    store(Api, website, password="secret")
    look_for_unreadable_secrets(timezone.now())
    assert not open_problems(SECRET_UNREADABLE).exists()
