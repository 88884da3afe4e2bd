"""Killing web and worker while messages come in loses nothing and applies nothing twice."""

import http.client
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

from tests.supervisor.servers import (
    ROOT,
    children_of,
    environment,
    free_port,
    running,
    servers_of_this_run,
    status_of,
    wait_until,
)

pytestmark = pytest.mark.processes
PASSWORD = "only-for-this-test"
SKUS = ("24-MB01", "24-MB02", "24-MB03")
SECONDS = 10
ENOUGH = 20

IMPORTS = """
    from imports.services import process_imports
    from orderflow_bridge.common.choices import Entity
    from orderflow_bridge.request_queue.models import Request
"""
APPLY_FOR_EVER = """
    while True:
        process_imports(Entity.INVENTORY, limit=20)
"""
# The leases of the killed run out, as they do by themselves after some minutes.
EXPIRE = """
    Request.objects.filter(processed_at=None).update(claimed_until=None, retry_at=None)
"""
APPLY_THE_REST = """
    while Request.objects.filter(processed_at=None).exists():
        process_imports(Entity.INVENTORY)
"""
COUNT = """
    from collections import Counter
    import json
    from imports.models import ImportLine
    from orderflow_bridge.inventory.models import SourceItem
    lines = ImportLine.objects.filter(result=1).values_list("reference", "sequence_id")
    print(json.dumps({
        "stored": sorted(set(map(int, Request.objects.filter(entity=Entity.INVENTORY)
            .values_list("message_id", flat=True)))),
        "twice": [pair for pair, count in Counter(lines).items() if count > 1],
        "stock": {sku: int(quantity) for sku, quantity in SourceItem.objects.values_list(
            "product__sku", "quantity").filter(product__sku__in=%r)},
    }))
"""


class Sender:
    """Sends stock messages from several threads and remembers which were acknowledged."""

    def __init__(self, port, token):
        self.port = port
        self.token = token
        self.numbers = itertools.count(1)
        self.acknowledged = set()
        self.began = time.monotonic()

    def goes_on(self):
        """Tell whether there is time left; a busy machine gets more, until enough came through."""
        passed = time.monotonic() - self.began
        return passed < SECONDS or (len(self.acknowledged) <= ENOUGH and passed < 12 * SECONDS)

    def work(self):
        """Send messages until the time is over; a failure is only not remembered."""
        while self.goes_on():
            number = next(self.numbers)
            if call(self.port, "/rest/V1/orderflow/inventory/", message(number), self.token):
                self.acknowledged.add(number)
            time.sleep(0.05)  # enough to be under way at any moment, not so many as to wait for


def message(number):
    """Return stock message `number`: it sets one product to its own number."""
    sku = SKUS[number % len(SKUS)]
    return {
        "productQtys": [{"sku": sku, "qty": number}],
        "productSeqs": [{"sku": sku, "seq": number}],
        "messageSeqId": number,
    }


def call(port, path, values, token=""):
    """Post JSON; return the answer, or nothing if it was not a success."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    try:
        connection.request("POST", path, json.dumps(values), headers)
        answer = connection.getresponse()
        return json.loads(answer.read()) if answer.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def shell(*sources):
    """Return the command line that runs these lines in the bridge."""
    lines = "".join(textwrap.dedent(source) for source in sources)
    return [sys.executable, "manage.py", "shell", "-v0", "-c", lines]


def apply_and_be_killed(env, goes_on):
    """Apply messages in processes of which each is killed at some moment."""
    while goes_on():
        applier = subprocess.Popen(shell(IMPORTS, APPLY_FOR_EVER), cwd=ROOT, env=env)
        time.sleep(random.uniform(2, 5))
        applier.kill()
        applier.wait()


def settle(env):
    """Apply what is left, undisturbed; return what is in the database then."""
    command = shell(IMPORTS, EXPIRE, APPLY_THE_REST, COUNT % (SKUS,))
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def kill_now_and_then(supervisor, sender):
    """Kill web or worker about every second and a half, each time after something came through.

    On a busy machine the web takes longer than that to be back: killed again before, it would
    acknowledge nothing that could be lost.
    """
    acknowledged = 0
    while sender.goes_on():
        time.sleep(random.uniform(1, 2))
        if len(sender.acknowledged) == acknowledged:
            continue
        acknowledged = len(sender.acknowledged)
        if pid := children_of(supervisor).get(random.choice(("web", "worker"))):
            os.kill(pid, signal.SIGKILL)


def expected_stock(stored):
    """Return the quantity of each product after all stored messages: the highest number's."""
    return {sku: max(n for n in stored if SKUS[n % len(SKUS)] == sku) for sku in SKUS}


def test_what_was_acknowledged_is_applied_once_whoever_is_killed(tmp_path):
    port = free_port()
    with servers_of_this_run("test_bridge_kills", migrated_in=tmp_path) as servers:
        env = environment(tmp_path, BRIDGE_ADMIN_PASSWORD=PASSWORD, **servers)
        command = ("manage.py", "run", "--demo", "--port", str(port))
        with running(*command, env=env, log=tmp_path / "output") as supervisor:
            wait_until(lambda: status_of(port, "/healthz") == 200, seconds=180)
            login = {"username": "admin", "password": PASSWORD}
            sender = Sender(port, call(port, "/rest/V1/integration/admin/token", login))
            threads = [threading.Thread(target=sender.work) for _ in range(4)]
            applier = threading.Thread(target=apply_and_be_killed, args=(env, sender.goes_on))
            for thread in (*threads, applier):
                thread.start()
            kill_now_and_then(supervisor.pid, sender)
            for thread in (*threads, applier):
                thread.join()
        found = settle(env)

    assert len(sender.acknowledged) > ENOUGH
    assert sender.acknowledged - set(found["stored"]) == set()
    assert found["twice"] == []
    assert found["stock"] == expected_stock(found["stored"])
