"""A shop on SQLite moves to PostgreSQL by one command, whole, and again after it was cut short."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.supervisor.servers import ROOT, environment, servers_of_this_run
from tests.upgrade.test_upgrade import KEY, asked, dump, manage

pytestmark = [
    pytest.mark.processes,
    pytest.mark.postgresql,
    pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs PostgreSQL"
    ),
]

COUNTS = """
from django.apps import apps
answer = {model._meta.label: model._default_manager.count() for model in apps.get_models()
          if not model._meta.proxy and model._meta.label not in ("sessions.Session",)}
"""
WORKS = """
from decimal import Decimal
from django.contrib.auth import authenticate
from imports.models import ImportLine
from orderflow_bridge.configuration.selectors import api
from orderflow_bridge.catalog.models import Product
from tests.factories import make_request
from tests.imports.stock import stored
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
old = ImportLine.objects.order_by("-id").first().id
make_request(message_id=99, lines=[stored("24-MB01", "77", "99001")])
process_imports(Entity.INVENTORY)
new = ImportLine.objects.order_by("-id").first()
answer = [new.id > old, new.reference, api().password,
          Product.objects.get(sku="NUL").name]
"""


@pytest.fixture
def shop(tmp_path: Path) -> dict[str, str]:
    """The environment of a bridge on SQLite, with history of a day that is long past."""
    file = tmp_path / "bridge.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(dump("sqlite"))
    env = environment(tmp_path, BRIDGE_SECRET_KEY=KEY, BRIDGE_LOG_LEVEL="ERROR")
    manage(env, "prepare")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE imports_importline SET created_at = '2026-01-05 10:00:00'")
        connection.execute(
            "UPDATE catalog_product SET sku = 'NUL', sku_key = 'nul', name = 'a' || char(0) || 'b'"
            " WHERE id = (SELECT max(id) FROM catalog_product)"
        )
        connection.commit()
    return env


@pytest.fixture
def target() -> Iterator[str]:
    """The URL of an empty database."""
    with servers_of_this_run(f"moved_{os.getpid()}") as servers:
        yield servers["DATABASE_URL"]


def test_everything_arrives_and_the_shop_goes_on_there(shop: dict[str, str], target: str) -> None:
    before = asked(shop, COUNTS)

    told = manage(shop, "move-to", target)

    there = {**shop, "DATABASE_URL": target}
    assert "counted and summed equal" in told
    assert asked(there, COUNTS) == before
    assert manage(there, "prepare", "--check").strip()
    assert asked(there, WORKS) == [True, "24-MB01", "hunter-2", "a\x1ab"]

    refused = subprocess.run(
        [sys.executable, "manage.py", "move-to", target],
        cwd=ROOT, env=shop, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert refused.returncode == 1
    assert "holds a shop already" in refused.stderr


def test_a_move_that_was_killed_goes_on_where_it_was(shop: dict[str, str], target: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "manage.py", "move-to", target],
        cwd=ROOT, env=shop, stdout=subprocess.PIPE, text=True,
    ) as moving:  # fmt: skip
        assert moving.stdout is not None
        for line in moving.stdout:
            if line.startswith("catalog_product:"):
                moving.kill()
                break

    told = manage(shop, "move-to", target)

    assert "catalog_product: was there already" in told
    assert asked({**shop, "DATABASE_URL": target}, COUNTS) == asked(shop, COUNTS)


def test_what_is_no_empty_postgresql_is_refused_in_words(shop: dict[str, str]) -> None:
    for url, words in (
        ("sqlite:///x", "Give a URL of PostgreSQL"),
        ("postgres://nobody:x@127.0.0.1:1/none", "PostgreSQL cannot be reached"),
    ):
        refused = subprocess.run(
            [sys.executable, "manage.py", "move-to", url],
            cwd=ROOT, env=shop, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (refused.returncode, words in refused.stderr) == (1, True), refused.stderr
        assert "Traceback" not in refused.stderr
