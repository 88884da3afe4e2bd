"""The archive for support: its list of contents comes first, and nobody's data is in it."""

import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import orjson
import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection, models

from orderflow_bridge.access.ready_roles import OPERATOR
from orderflow_bridge.configuration.kinds import Secret, Text, TimeZone
from orderflow_bridge.configuration.models import SettingValue
from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.support.diagnostics import PARTS
from orderflow_bridge.version import VERSION
from tests.admin.full_shop import fill_every_page
from tests.factories import make_user

pytestmark = pytest.mark.django_db
# One letter that stands nowhere else, so that it is found in the shortest column and in any piece.
MARK = "\u046a"
LONG_ENOUGH = 12
ESCAPED = MARK.encode("unicode-escape").decode()
TRACE = f"""Traceback (most recent call last):
  File "/home/{MARK}/shop.py", line 3, in {MARK}
    pay("{MARK}")
  File "{models.__file__}", line 7, in __init__
ValueError: {MARK} is no number
{MARK}: {MARK}"""


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the files of an archive in their order."""
    with ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def download(client: Any) -> dict[str, bytes]:
    """Return what the page sends."""
    answer = client.get("/admin/support/support/diagnostics/file/")
    assert answer.status_code == 200
    assert f"orderflow-bridge-{VERSION}-" in answer["Content-Disposition"]
    return unpacked(answer.content)


def mark_every_column() -> int:
    """Put the mark into every column of text of every table; return into how many.

    Columns with a fixed choice of values keep theirs, and settings are marked one by one.
    """
    marked = 0
    for model in apps.get_models(include_auto_created=True):
        opts = model._meta
        if opts.proxy or not opts.managed or model is SettingValue:
            continue
        for column in opts.local_concrete_fields:
            if not _is_text(column) or column.choices:
                continue
            value = f"'{MARK}'"
            if isinstance(column, models.JSONField):
                value = f"""'{{"{MARK}": "{MARK}"}}'"""
            elif column.max_length is None or column.max_length >= LONG_ENOUGH:
                value = f"'{MARK}' || {opts.pk.column}"  # some are unique
            _write(opts.db_table, column.column, value)
            marked += 1
    return marked


def _is_text(column: Any) -> bool:
    kinds = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField)
    return isinstance(column, kinds) and not column.primary_key


def _write(table: str, column: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = {value}')


def mark_every_setting() -> None:
    """Store the mark for every setting that takes a text or a password."""
    for section in SECTIONS:
        for setting in section.settings():
            # A time zone that is none would stop everything before.
            if isinstance(setting.kind, Secret | Text) and not isinstance(setting.kind, TimeZone):
                SettingValue.objects.update_or_create(
                    path=setting.path, website=None, defaults={"value": setting.kind.dump(MARK)}
                )
    forget()


def mark_logs(folder: Path) -> None:
    """Write log lines that hold the mark wherever a line can."""
    folder.mkdir()
    full = {
        "timestamp": MARK,
        "level": MARK,
        "logger": MARK,
        "event": MARK,
        "code": MARK,
        "request": f"GET /admin/sales/order/{MARK}/change/?q={MARK}",
        "user": MARK,
        "exception": TRACE,
        MARK: MARK,
    }
    real = {
        **full,
        "timestamp": "2026-11-30T10:00:00.000000Z",
        "level": "error",
        "logger": "orderflow_bridge.jobs.services",
        "event": "detector_failed",
        "code": 500,
    }
    lines = [orjson.dumps(full), orjson.dumps(real), MARK.encode(), orjson.dumps([MARK])]
    (folder / f"web-{MARK}.log").write_bytes(b"\n".join(lines))


def test_the_archive_of_a_shop_full_of_marks_contains_none(client, settings, tmp_path, monkeypatch):
    fill_every_page()
    reader = User.objects.create_superuser("reader")
    client.force_login(reader)
    JobRun.objects.update(status=JobRun.Status.FAILED)
    assert mark_every_column() > 200
    mark_every_setting()
    settings.LOG_DIR = tmp_path / "logs"
    mark_logs(settings.LOG_DIR)
    for name in ("BRIDGE_SECRET_KEY", "EMAIL_URL", "BRIDGE_HOST", "SOMETHING", "BRIDGE_COMMIT"):
        monkeypatch.setenv(name, MARK if name != "BRIDGE_COMMIT" else "")
    monkeypatch.setenv(f"BRIDGE_{ESCAPED}", MARK)
    for name in ("EMAIL_HOST_PASSWORD", "BRIDGE_METRICS_TOKEN", "DEFAULT_FROM_EMAIL"):
        setattr(settings, name, MARK)
    settings.ALLOWED_HOSTS = [MARK, "testserver"]
    settings.CSRF_TRUSTED_ORIGINS = [f"https://{MARK}"]

    reader.refresh_from_db()
    client.force_login(reader)
    files = download(client)

    for name, content in files.items():
        text = content.decode()
        assert MARK not in text, name
        assert ESCAPED not in text, name
    missing = [name for name, content in files.items() if b"not collected" in content]
    assert missing == []


def test_it_lists_its_contents_first_and_holds_what_a_supporter_asks_for(
    client, settings, tmp_path
):
    fill_every_page()
    client.force_login(User.objects.create_superuser("reader"))
    settings.LOG_DIR = tmp_path / "logs"
    mark_logs(settings.LOG_DIR)

    files = download(client)

    assert list(files) == ["contents.txt", *(part.name for part in PARTS)]
    for part in PARTS:
        assert part.name in files["contents.txt"].decode()
    found = {name: json.loads(text) for name, text in files.items() if name.endswith(".json")}
    assert found["versions.json"]["OrderFlow Bridge"] == VERSION
    assert found["environment.json"]["variables"]["BRIDGE_SECRET_KEY"] in ("set", "not set")
    assert found["schema.json"]["missing"] == []
    assert found["schema.json"]["rows"]["sales_order"] > 0
    assert {each["job"] for each in found["state.json"]["jobs"]} >= {"orderflow_log_cleaner"}
    assert found["errors.json"]["open problems"][0]["kind"]
    assert found["packages.json"]["Django"].startswith("5.")
    line = found["logs.json"][1]
    assert (line["event"], line["code"], line["error"]) == ("detector_failed", 500, "ValueError")
    assert line["request"] == "GET admin:sales_order_change"
    assert line["frames"] == ["django/db/models/__init__.py:7 ?"]


def test_the_page_lists_the_contents_before_anything_is_sent(client):
    user = make_user("operator")
    user.groups.set(Group.objects.filter(name=OPERATOR))
    client.force_login(user)

    page = client.get("/admin/support/support/diagnostics/").content.decode()

    for part in PARTS:
        assert part.name in page
        assert part.without in page.replace("&#x27;", "'")


def test_the_command_lists_the_contents_and_writes_the_file(tmp_path, capsys):
    call_command("diagnostics", output=tmp_path)

    said = capsys.readouterr().out
    (file,) = tmp_path.glob("orderflow-bridge-*.zip")
    assert said.startswith("Diagnostics of OrderFlow Bridge.")
    assert said.endswith(f"Written: {file}\n")
    assert "logs.json" in unpacked(file.read_bytes())


def test_the_page_shows_the_installation_and_the_latest_errors(client):
    fill_every_page()
    JobRun.objects.update(status=JobRun.Status.FAILED, summary="The shelf is gone.")
    client.force_login(User.objects.create_superuser("reader"))

    page = client.get("/admin/support/support/").content.decode()

    for word in (VERSION, "rtd2-integration-magento2", "Log Cleaning", "The shelf is gone."):
        assert word in page
    assert "Download Diagnostics" in page


def test_whoever_may_only_look_downloads_nothing(client):
    client.force_login(make_user("viewer", rights=["support.view_support"]))

    page = client.get("/admin/support/support/").content.decode()

    assert "Download Diagnostics" not in page
    assert client.get("/admin/support/support/diagnostics/file/").status_code == 403
