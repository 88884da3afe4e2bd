"""`manage.py doctor` finds each of these misconfigurations by name, and none in a healthy shop."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import end_access
from orderflow_bridge.configuration.sections import (
    Api,
    Email,
    OrderExport,
)
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.services import pause
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.table import JOBS
from tests.factories import make_store, make_user, make_website
from tests.sandbox.conftest import ACCOUNT, open_sandbox
from tests.support.misconfigured import SEEDS, as_test, no_answer

pytestmark = pytest.mark.django_db
HOST = "bridge.example.com"


@pytest.fixture
def shop(settings: Any, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """A healthy shop that exports to an OrderFlow which answers."""
    (tmp_path / "data").mkdir()
    for name, value in {
        "ALLOWED_HOSTS": [HOST],
        "CSRF_TRUSTED_ORIGINS": [f"https://{HOST}"],
        "BEHIND_TLS": True,
        "BRIDGE_PROXIES": 1,
        "SECRET_KEY": "a-key-of-fifty-letters-that-nobody-else-would-guess",
        "SECRET_KEY_FALLBACKS": [],
        "DATA_DIR": tmp_path / "data",
        "DEFAULT_FROM_EMAIL": "shop@example.com",
        "STATIC_ROOT": None,
        "TIME_ZONE": "UTC",
    }.items():
        setattr(settings, name, value)
    website = make_website()
    make_store(website)
    User.objects.create_superuser("admin", password="none that one guesses")
    make_user("orderflow", rights=[ORDERFLOW_IMPORT])
    now = timezone.now()
    JobRun.objects.create(job=JOBS[0].name, scheduled_for=now, status=JobRun.Status.SUCCESS)
    with open_sandbox(tmp_path / "sandbox.json") as opened:
        account = {
            "endpoint": f"{opened.address}/web",
            "username": ACCOUNT.username,
            "password": ACCOUNT.password,
            "organisation": ACCOUNT.organisation,
            "channel": ACCOUNT.channel,
        }
        write_settings(Api, account)
        write_settings(Email, {"admin_email": "it@example.com"})
        write_settings(OrderExport, {"is_enabled": True, "exportable_status": ("processing",)})
        yield SimpleNamespace(settings=settings, website=website, folder=tmp_path)


def doctor(**options: Any) -> tuple[dict[str, Any], int]:
    """Return the JSON document and the exit code."""
    said, code = StringIO(), 0
    try:
        call_command("doctor", json=True, stdout=said, **options)
    except SystemExit as ended:
        code = int(str(ended.code))
    return json.loads(said.getvalue()), code


def test_a_healthy_shop_has_nothing_to_do(shop):
    found, code = doctor(strict=True)

    assert [line for line in found["checks"] if line["state"] != "ok"] == []
    assert (found["healthy"], code) == (True, 0)
    assert len(found["checks"]) > 15


@pytest.mark.parametrize("seed", SEEDS)
def test_each_misconfiguration_is_found_by_name_with_what_to_do(shop, seed):
    sow, name = SEEDS[seed]
    sow(shop)

    found, code = doctor(strict=True)

    wrong = {line["name"]: line for line in found["checks"] if line["state"] != "ok"}
    assert name in wrong
    assert wrong[name]["text"].endswith((".", "!"))
    assert wrong[name]["remedy"]
    assert code == 1


def test_a_pause_is_told_with_who_since_when_and_until_and_a_copy_with_what_to_run(shop):
    as_test(shop)
    pause(Direction.ALL, reason="Move", by="nina")
    with_long_access = make_user("otto")
    end_access(with_long_access, timezone.now() + timedelta(days=90))

    found, _ = doctor()

    wrong = {line["name"]: line for line in found["checks"] if line["state"] != "ok"}
    paused = wrong["pause of everything"]
    assert paused["text"].startswith(f"Since {timezone.now():%Y-%m-%d}")
    assert "Paused by nina until it is resumed: Move." in paused["text"]
    assert "manage.py resume" in paused["remedy"]
    assert "manage.py adopt --as test" in wrong["BRIDGE_ENVIRONMENT"]["remedy"]
    assert "access of otto" not in wrong


def test_a_warning_alone_lets_a_deployment_go_on(shop):
    shop.settings.DEFAULT_FROM_EMAIL = "shop@localhost"

    found, code = doctor()

    assert (found["healthy"], code) == (False, 0)


def test_people_read_a_line_for_each_check(shop, capsys):
    shop.settings.ALLOWED_HOSTS = ["*"]

    call_command("doctor")

    lines = capsys.readouterr().out.splitlines()
    assert "ok        keys" in lines
    assert (
        "warning   BRIDGE_ALLOWED_HOSTS: The bridge answers to any name that a caller gives it."
        " → Name the hosts it is called by: BRIDGE_ALLOWED_HOSTS=bridge.example.com." in lines
    )
    assert lines[-1].endswith("to do.")


def test_offline_asks_nobody(shop):
    no_answer(shop)

    found, _ = doctor(offline=True)

    assert {line["check"] for line in found["checks"]}.isdisjoint({"OrderFlow", "mail server"})
    assert found["healthy"]


def test_a_missing_migration_is_said_and_what_needs_the_tables_left_out(shop):
    applied = MigrationRecorder.Migration.objects.filter(app="watch")
    applied.exclude(name__contains="squashed").order_by("-pk").first().delete()

    found, code = doctor()

    wrong = [line for line in found["checks"] if line["state"] != "ok"]
    assert [line["name"] for line in wrong] == ["migrations"]
    assert (wrong[0]["remedy"], code) == ("Run: manage.py prepare.", 1)
