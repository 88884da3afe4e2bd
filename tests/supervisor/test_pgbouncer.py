"""The bridge behind PgBouncer in transaction mode, as docs/production.md says."""

import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from oauthlib.oauth1 import Client as Signer

from tests.restapi.shop import an_order
from tests.supervisor.servers import (
    ROOT,
    environment,
    free_port,
    running,
    servers_of_this_run,
    status_of,
    wait_until,
)

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = [
    pytest.mark.processes,
    pytest.mark.postgresql,
    pytest.mark.skipif(not PGBOUNCER, reason="pgbouncer is not installed"),
    pytest.mark.skipif(
        not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="needs PostgreSQL"
    ),
]
PASSWORD = "only-for-this-test"
SOAP = Path(ROOT / "tests/messages/a_stock_message_in_soap_11.xml").read_text()
SERVICE = "/soap/default?services=realtimeDespatchOrderFlowInventoryRequestManagementV1"

INTEGRATION = """
from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.services import activate, prepare
it = Integration(name="ERP", has_all_rights=True)
prepare(it)
it.save()
activate(it, store_base_url="")
import json
print(json.dumps([it.consumer_key, it.consumer_secret, it.token, it.token_secret]))
"""


@contextmanager
def pooled(url, folder):
    """Run PgBouncer with few connections in front of a database; yield the pool's address."""
    port = free_port()
    server = urlsplit(url)
    settings = folder / "pgbouncer.ini"
    settings.write_text(
        "[databases]\n"
        f"pooled = host={server.hostname} port={server.port or 5432} dbname={server.path[1:]}"
        f" user={server.username} password={server.password}\n"
        "[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n"
        "pool_mode = transaction\ndefault_pool_size = 3\n"
    )
    # It refuses to be root, and gives root up for a user that it is told.
    user = ("-u", "nobody") if os.getuid() == 0 else ()
    with (folder / "pgbouncer.log").open("wb") as log:
        process = subprocess.Popen([PGBOUNCER, *user, settings], stdout=log, stderr=log)
    try:
        yield f"postgres://127.0.0.1:{port}/pooled"
    finally:
        process.terminate()
        process.wait(timeout=20)


def manage(env, *arguments):
    """Run manage.py; return what it says."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def bridge(tmp_path_factory):
    """Return the environment and the address of a web server whose database is behind a pool."""
    port, tmp_path = free_port(), tmp_path_factory.mktemp("bridge")
    with (
        servers_of_this_run("bridge_pooled") as servers,
        pooled(servers["DATABASE_URL"], tmp_path) as pool,
    ):
        own = {"BRIDGE_ADMIN_PASSWORD": PASSWORD, "BRIDGE_CONN_MAX_AGE": "0"}
        env = environment(tmp_path, **{**servers, **own, "DATABASE_URL": pool})
        manage(env, "prepare")
        manage(env, "demo")
        web = ("-m", "gunicorn", "-c", "python:orderflow_bridge.http.gunicorn_config")
        with running(*web, env={**env, "BRIDGE_PORT": str(port)}, log=tmp_path / "log"):
            wait_until(lambda: status_of(port, "/healthz") == 200)
            yield env, f"http://127.0.0.1:{port}"


def test_messages_and_orders_are_taken_in_and_applied_behind_a_pool(bridge):
    env, url = bridge
    token = requests.post(
        f"{url}/rest/V1/integration/admin/token",
        json={"username": "admin", "password": PASSWORD},
        timeout=30,
    ).json()
    headers = {"Authorization": f"Bearer {token}"}

    def send(number):
        body = SOAP.replace("507", str(1000 + number)).replace("71<", f"{number}<")
        answer = requests.post(
            url + SERVICE, body, headers={**headers, "Content-Type": "text/xml"}, timeout=60
        )
        return answer.status_code

    def order(number):
        document = an_order({"sku": "24-MB01", "qty_ordered": 1, "price": 34})
        answer = requests.post(f"{url}/rest/V1/orders", json=document, headers=headers, timeout=60)
        return answer.status_code

    with ThreadPoolExecutor(8) as threads:
        sent = list(threads.map(send, range(1, 101)))
        orders = list(threads.map(order, range(10)))
    applied = manage(env, "jobs", "run", "orderflow_import_inventory_update")
    exported = manage(env, "export", "stock")

    assert sent == [200] * 100
    assert orders == [200] * 10
    assert "100" in applied
    assert "24-MB01" in exported


def test_an_integration_calls_by_token_and_by_signature_and_no_process_takes_a_call_twice(bridge):
    env, url = bridge
    credentials = json.loads(manage(env, "shell", "-c", INTEGRATION).splitlines()[-1])
    by_token = {"Authorization": f"Bearer {credentials[2]}"}
    # As it is spelt, so it is signed: the web server keeps the path for that.
    address = f"{url}/rest/V1/products/24-MB01%2Fnowhere"
    by_signature = Signer(*credentials[:2], *credentials[2:]).sign(address)[1]

    def ask(headers):
        return requests.get(address, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(8) as threads:
        let_in = list(threads.map(ask, [by_token] * 20))
        replayed = list(threads.map(ask, [by_signature] * 20))

    assert let_in == [404] * 20
    assert sorted(replayed) == [401] * 19 + [404]
