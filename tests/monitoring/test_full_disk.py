"""Where nothing can be stored, pages can still be read, and say why."""

import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from orderflow_bridge.jobs.models import JobRun

pytestmark = pytest.mark.django_db

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def test_a_disk_that_is_almost_full_stands_on_every_page_without_a_watch(boss, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**10, 0, 10**8))

    page = boss.get("/admin/").content.decode()
    login = Client().get("/admin/login/").content.decode()

    assert "<strong>The disk is almost full.</strong> The disk of " in page
    assert "100 MB (1%) are free. Make room there, or nothing can be stored soon." in page
    assert "The disk is almost full." in login
    assert "The disk of " not in login


@pytest.mark.django_db(transaction=True)
def test_the_dashboard_can_be_read_while_nothing_runs_and_nothing_can_be_stored(boss):
    long_ago = timezone.now() - timedelta(hours=1)
    JobRun.objects.create(job="probe", scheduled_for=long_ago, created_at=long_ago)
    switch = {
        "sqlite": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
        "postgresql": (
            "SET default_transaction_read_only = on",
            "RESET default_transaction_read_only",
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(switch[0])
        try:
            answer = boss.get("/admin/")
        finally:
            cursor.execute(switch[1])

    assert answer.status_code == 200
