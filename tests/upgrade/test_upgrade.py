"""A shop that the last release made is upgraded: nothing is lost, and it works on.

The dumps beside this file are that shop, one per database: the demo shop after three messages
from OrderFlow, with a role, an order number and settings as somebody had left them. How a dump is
made and when it is made anew is said in CONTRIBUTING.md.
"""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.supervisor.servers import ROOT, environment, servers_of_this_run

pytestmark = pytest.mark.processes

FOLDER = Path(__file__).parent
RELEASE = "0.1.0"
# The dumps' secrets are encrypted with it.
KEY = "the-key-of-the-first-release-in-tests"
# Partitions are made for days, so they differ from one database to the next.
HELD = """
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from orderflow_bridge.configuration.selectors import api, order_export

LABELS = ("catalog.Product", "sales.Order", "sales.Shipment", "sales.Invoice", "sales.Quote",
          "inventory.SourceItem", "request_queue.Request", "imports.Import", "imports.ImportLine",
          "exports.CatalogueExport", "auth.User")
RULES = ("columns", "primary_key", "unique", "index", "check", "orders", "foreign_key")

def shape(cursor, name):
    read = connection.introspection
    columns = [[each.name, each.type_code, each.null_ok]
               for each in read.get_table_description(cursor, name)]
    rules = [[each.get(key) for key in RULES]
             for each in read.get_constraints(cursor, name).values()]
    return sorted(columns, key=str), sorted(rules, key=str)

with connection.cursor() as cursor:
    tables = [each.name for each in connection.introspection.get_table_list(cursor)]
    answer = {
        "tables": {name: shape(cursor, name) for name in tables if "importline_p20" not in name},
        "counts": {label: apps.get_model(label).objects.count() for label in LABELS},
        "settings": [order_export().batch_size, api().password],
        "roles": {role.name: sorted(role.permissions.values_list("codename", flat=True))
                  for role in Group.objects.all()},
    }
"""


def dump(vendor: str) -> str:
    """Return the SQL of the last release's shop."""
    return gzip.decompress((FOLDER / f"shop-of-{RELEASE}.{vendor}.sql.gz").read_bytes()).decode()


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run a command of manage.py and return what it prints."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=env, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a bridge on the last release's database, upgraded."""
    folder = tmp_path_factory.mktemp("upgraded")
    with servers_of_this_run(f"upgrade_{os.getpid()}") as servers:
        if "DATABASE_URL" in servers:
            with psycopg.connect(servers["DATABASE_URL"], autocommit=True) as connection:
                connection.execute(dump("postgresql"))
        else:
            with closing(sqlite3.connect(folder / "bridge.sqlite3")) as connection:
                connection.executescript(dump("sqlite"))
        env = environment(folder, BRIDGE_SECRET_KEY=KEY, BRIDGE_LOG_LEVEL="ERROR", **servers)
        manage(env, "prepare")
        yield env


def asked(env: dict[str, str], code: str) -> Any:
    """Return what `answer` is after this code has run in the upgraded bridge."""
    printed = manage(
        env,
        "shell",
        "-v",
        "0",
        "-c",
        f"{code}\nimport json\nprint(json.dumps(answer, default=str))",
    )
    return json.loads(printed.splitlines()[-1])


@pytest.fixture(scope="module")
def held(shop: dict[str, str]) -> dict[str, Any]:
    """What the upgraded shop holds, asked for at once: a process takes seconds to start."""
    return asked(shop, HELD)


def test_the_tables_are_those_of_a_new_database(
    shop: dict[str, str], held: dict[str, Any], tmp_path: Path
) -> None:
    with servers_of_this_run(f"upgrade_new_{os.getpid()}") as servers:
        new = environment(tmp_path, BRIDGE_LOG_LEVEL="ERROR", **servers)
        manage(new, "prepare")
        tables = asked(new, HELD)["tables"]

    assert held["tables"] == tables


def test_products_orders_stock_and_history_are_still_there(held: dict[str, Any]) -> None:
    assert held["counts"] == {
        "catalog.Product": 47, "sales.Order": 10, "sales.Shipment": 3, "sales.Invoice": 6,
        "sales.Quote": 4, "inventory.SourceItem": 44, "request_queue.Request": 3,
        "imports.Import": 3, "imports.ImportLine": 4, "exports.CatalogueExport": 91, "auth.User": 3,
    }  # fmt: skip


def test_settings_keep_their_values_and_secrets_can_be_read(held: dict[str, Any]) -> None:
    assert held["settings"] == [77, "hunter-2"]


def test_a_role_of_the_shop_keeps_its_rights_and_the_ready_ones_get_what_came_since(
    held: dict[str, Any],
) -> None:
    # Reading people's data became a right of its own: who could, still can.
    assert held["roles"]["erp"] == ["catalog_products", "see_people"]
    assert {"settle_problem", "decide_masschange"} <= set(held["roles"]["OrderFlow operator"])


def test_a_stock_message_that_came_before_the_upgrade_is_a_duplicate_after_it(
    shop: dict[str, str],
) -> None:
    """The sequence marks survive: 24-MB01 had its figure 571 from the message that came before."""
    result = asked(
        shop,
        """
from django.core.management import call_command
from django.test import Client
from imports.models import ImportLine
from orderflow_bridge.access.services import grant_token
from django.contrib.auth.models import User
from orderflow_bridge.inventory.models import SourceItem
S = "realtimeDespatchOrderFlowInventoryRequestManagementV1"
def push(qty, seq, message):
    body = (
        f'<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><u:{S}UpdateRequest'
        f' xmlns:u="http://shop.example/soap/default?services={S}">'
        f'<productQtys><item><sku>24-mb01</sku><qty>{qty}</qty></item></productQtys>'
        f'<productSeqs><item><sku>24-mb01</sku><seq>{seq}</seq></item></productSeqs>'
        f'<messageSeqId>{message}</messageSeqId></u:{S}UpdateRequest></Body></Envelope>'
    )
    token = grant_token(User.objects.get(username="orderflow"))
    sent = Client().post(f"/soap/default?services={S}", body, content_type="text/xml",
                         headers={"authorization": f"Bearer {token}"})
    assert sent.status_code == 200, sent.content
push(5, 571, 73)
push(6, 580, 74)
call_command("jobs", "run", "orderflow_import_inventory_update")
lines = ImportLine.objects.order_by("-id")[:2]
answer = [
    [line.get_result_display() for line in reversed(lines)],
    int(SourceItem.objects.get(product__sku="24-MB01").quantity),
]
""",
    )

    assert result == [["Duplicate", "Success"], 6]
