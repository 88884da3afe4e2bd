"""`manage.py doctor` finds each of these misconfigurations by name, and none in a healthy shop."""

import json
from collections.abc import Callable, Iterator
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
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import (
    Adjustment,
    Api,
    Email,
    InventoryImport,
    OrderExport,
    ProductExport,
    WebServices,
)
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.problems.kinds import CONFIGURATION
from orderflow_bridge.problems.services import Finding, raise_problems
from tests.factories import make_request, make_store, make_user, make_website
from tests.sandbox.conftest import ACCOUNT, open_sandbox
from tests.supervisor.servers import free_port

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


def set_to(name: str, value: Any) -> Callable[[Any], None]:
    """Return a seed that changes the environment's setting."""
    return lambda shop: setattr(shop.settings, name, value)


def saved(section: Any, **values: Any) -> Callable[[Any], Any]:
    """Return a seed that changes the shop's settings."""
    return lambda shop: write_settings(section, values)


def stored(section: Any, name: str, text: str) -> Callable[[Any], None]:
    """Return a seed that writes into the table, past the checks of the pages."""
    path = next(each.path for each in section.settings() if each.name == name)

    def sow(shop: Any) -> None:
        SettingValue.objects.update_or_create(path=path, website=None, defaults={"value": text})
        forget()

    return sow


def open_key_file(shop: Any) -> None:
    kept = shop.folder / "data" / "secret_key"
    kept.write_text("x")
    kept.chmod(0o644)


def no_answer(shop: Any) -> None:
    write_settings(Api, {"endpoint": f"http://127.0.0.1:{free_port()}/web"})


def mail_to_nobody(shop: Any) -> None:
    shop.settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    shop.settings.EMAIL_HOST, shop.settings.EMAIL_PORT = "127.0.0.1", free_port()


def old_message(shop: Any) -> None:
    make_request(created_at=timezone.now() - timedelta(hours=1))


def silence(shop: Any) -> None:
    JobRun.objects.update(created_at=timezone.now() - timedelta(hours=1))


def unreadable_password(shop: Any) -> None:
    SettingValue.objects.filter(path="orderflow_api/settings/password").update(value="gAAAAAB")


def guessable_password(shop: Any) -> None:
    user = User.objects.get(username="admin")
    user.set_password("admin")
    user.save()


def open_problem(shop: Any) -> None:
    raise_problems([Finding(CONFIGURATION, "x", "Something.")], now=timezone.now())


SEEDS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "debugging": (set_to("DEBUG", True), "BRIDGE_DEBUG"),
    "a zone of the process": (set_to("TIME_ZONE", "Europe/London"), "BRIDGE_TIME_ZONE"),
    "any host name": (set_to("ALLOWED_HOSTS", ["*"]), "BRIDGE_ALLOWED_HOSTS"),
    "a foreign origin": (
        set_to("CSRF_TRUSTED_ORIGINS", ["https://shop.example.net"]),
        "BRIDGE_TRUSTED_ORIGINS",
    ),
    "no TLS": (set_to("BEHIND_TLS", False), "BRIDGE_BEHIND_TLS"),
    "proxies not counted": (set_to("BRIDGE_PROXIES", 0), "BRIDGE_PROXIES"),
    "a weak key": (set_to("SECRET_KEY", "secret"), "BRIDGE_SECRET_KEY"),
    "former keys": (set_to("SECRET_KEY_FALLBACKS", ["old"]), "BRIDGE_SECRET_KEY_FALLBACKS"),
    "a key that others may read": (open_key_file, "secret_key"),
    "a cloud's own addresses": (
        set_to("BRIDGE_MAY_CALL", ["public", "loopback", "link-local"]),
        "BRIDGE_MAY_CALL",
    ),
    "no data folder": (set_to("DATA_DIR", Path("/nowhere/data")), "BRIDGE_DATA_DIR"),
    "no static files": (set_to("STATIC_ROOT", "/nowhere/static"), "BRIDGE_STATIC_ROOT"),
    "mail into files": (
        set_to("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend"),
        "EMAIL_URL",
    ),
    "no sender": (set_to("DEFAULT_FROM_EMAIL", "shop@localhost"), "DEFAULT_FROM_EMAIL"),
    "a mail server that is gone": (mail_to_nobody, "mail server"),
    "no administrator": (lambda shop: User.objects.update(is_superuser=False), "administrator"),
    "a password that one guesses": (
        guessable_password,
        "password",
    ),
    "no user for OrderFlow": (
        lambda shop: User.objects.filter(username="orderflow").delete(),
        "OrderFlow's user",
    ),
    "the whole Internet without login": (
        saved(WebServices, anonymous_addresses=("0.0.0.0/0",)),
        "Addresses Without Login",
    ),
    "an account that is not filled in": (saved(Api, channel=None), "Account"),
    "an OrderFlow that does not answer": (no_answer, "connection to 127.0.0.1"),
    "an OrderFlow without TLS": (
        saved(Api, endpoint="http://orderflow.invalid/web"),
        "Endpoint",
    ),
    "a password whose key is gone": (unreadable_password, "Password of API Settings"),
    "nobody to alert": (saved(Email, admin_email=None), "Admin Email"),
    "no status to export": (
        saved(OrderExport, exportable_status=()),
        "Exportable Order Status",
    ),
    "pictures without a default": (
        saved(ProductExport, is_enabled=True, include_image_field=True),
        "Default Image",
    ),
    "unsent orders of no status": (
        saved(
            InventoryImport, adjust_inventory=list(Adjustment)[-1], valid_unsent_order_statuses=()
        ),
        "Unsent Order Status",
    ),
    "a schedule that never comes": (
        stored(OrderExport, "cron_expression", "0 0 30 2 *"),
        "Order Export",
    ),
    "a setting that cannot be read": (
        stored(OrderExport, "batch_size", "many"),
        "orderflow_order_export/settings/batch_size",
    ),
    "a website without store views": (
        lambda shop: make_website(code="empty", name="Empty"),
        "Store Views",
    ),
    "a scheduler that is silent": (silence, "scheduler"),
    "a message that waits": (old_message, "queue"),
    "an open problem": (open_problem, "problems"),
}


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
    MigrationRecorder.Migration.objects.filter(app="watch").order_by("-pk").first().delete()

    found, code = doctor()

    wrong = [line for line in found["checks"] if line["state"] != "ok"]
    assert [line["name"] for line in wrong] == ["migrations"]
    assert (wrong[0]["remedy"], code) == ("Run: manage.py prepare.", 1)
