"""`manage.py sandbox`, and the demo that runs one beside the bridge."""

import http.client
import json
import signal
import time

import pytest

from tests.supervisor.servers import (
    children_of,
    environment,
    free_port,
    running,
    servers_of_this_run,
    status_of,
    wait_until,
)

pytestmark = [pytest.mark.processes, pytest.mark.one_database]


def test_the_sandbox_opens_says_where_and_keeps_its_memory(tmp_path):
    port, log = free_port(), tmp_path / "output"
    options = ("--password", "x", "--seed", "7", "--play", "never-fetch")
    command = ("manage.py", "sandbox", "--port", str(port), *options)
    with running(*command, env=environment(tmp_path), log=log) as process:
        wait_until(lambda: status_of(port, "/") == 200, seconds=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0

    told = log.read_text()
    assert f"Sandbox OrderFlow: http://127.0.0.1:{port}/" in told
    memory = json.loads((tmp_path / "sandbox.json").read_text())
    assert memory["faults"]["seed"] == 7
    assert "“Nothing is fetched” is being played." in told
    assert memory["faults"]["rates"] == {"fetches": {"Never fetched": 100}}
    assert memory["secret"] in told


def test_a_port_in_use_is_said_in_one_sentence(tmp_path):
    port, log = free_port(), tmp_path / "output"
    command = ("manage.py", "sandbox", "--port", str(port), "--password", "x")
    env = environment(tmp_path)
    with running(*command, env=env, log=tmp_path / "first"):
        wait_until(lambda: status_of(port, "/") == 200, seconds=30)
        with running(*command, env=env, log=log) as second:
            assert second.wait(30) == 1

    assert f"CommandError: Cannot listen on 127.0.0.1, port {port}" in log.read_text()


def test_the_demo_announces_its_orders_and_the_sandbox_fetches_them(tmp_path):
    port, sandbox_port, log = free_port(), free_port(), tmp_path / "output"
    command = ["manage.py", "run", "--demo", "--port", str(port)]
    command += ["--sandbox-port", str(sandbox_port)]
    with servers_of_this_run("test_bridge_sandbox", migrated_in=tmp_path) as servers:
        env = environment(tmp_path, **servers)
        with running(*command, env=env, log=log) as supervisor:
            wait_until(lambda: status_of(port, "/healthz") == 200, seconds=120)
            wait_until(lambda: status_of(sandbox_port, "/") == 200, seconds=60)
            assert set(children_of(supervisor.pid)) == {"web", "worker", "beat", "sandbox"}
            wait_until(lambda: "000000001" in page(sandbox_port, "/orders"), seconds=150)
            supervisor.send_signal(signal.SIGINT)
            assert supervisor.wait(30) == 0

    assert f"Sandbox     http://127.0.0.1:{sandbox_port}/" in log.read_text()


def page(port: int, path: str) -> str:
    """Return a page's text; wait a little before asking, since this is asked again and again."""
    time.sleep(0.5)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().read().decode()
    finally:
        connection.close()
