"""The watchers' pages when a server the bridge needs is not there."""

import http.client
import json
import subprocess
import sys

import pytest

from tests.supervisor.servers import ROOT, environment, free_port, running, status_of, wait_until

pytestmark = pytest.mark.processes
NOBODY = "127.0.0.1:9"  # the discard port: nobody listens


def get(port, path):
    """Return status and text of a page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def serve(folder, env):
    """Serve the bridge with gunicorn alone; return the context and its port."""
    port = free_port()
    command = ("-m", "gunicorn", "-c", "python:orderflow_bridge.gunicorn_config")
    env = {**env, "BRIDGE_WEB_WORKERS": "1", "BRIDGE_PORT": str(port)}
    return running(*command, env=env, log=folder / "log"), port


def test_without_a_database_the_process_is_up_but_not_ready(tmp_path):
    env = environment(tmp_path, DATABASE_URL=f"postgres://nobody@{NOBODY}/nothing")
    served, port = serve(tmp_path, env)
    with served:
        wait_until(lambda: status_of(port, "/healthz") == 200)
        status, text = get(port, "/readyz")
        assert status == 503
        assert json.loads(text)["reasons"][0].startswith("The database cannot be reached: ")
        assert get(port, "/metrics") == (503, "The database cannot be reached.\n")


def test_without_a_broker_the_bridge_is_not_ready(tmp_path):
    env = environment(tmp_path)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True
    )
    served, port = serve(tmp_path, {**env, "REDIS_URL": f"redis://{NOBODY}/0"})
    with served:
        wait_until(lambda: status_of(port, "/healthz") == 200)
        status, text = get(port, "/readyz")
        assert status == 503
        [reason] = json.loads(text)["reasons"]
        assert reason.startswith("The broker cannot be reached: ")


def test_missing_migrations_are_named(tmp_path):
    served, port = serve(tmp_path, environment(tmp_path))
    with served:
        wait_until(lambda: status_of(port, "/healthz") == 200)
        status, text = get(port, "/readyz")

    assert status == 503
    assert "migrations are not applied. Run: manage.py migrate" in text
