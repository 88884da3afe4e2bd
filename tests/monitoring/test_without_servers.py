"""The watchers' pages when a server the bridge needs is not there."""

import http.client
import json
import socket
import time

import pytest

from tests.migrated import lay_copy
from tests.supervisor.servers import environment, free_port, running, status_of, wait_until

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
    command = ("-m", "gunicorn", "-c", "python:orderflow_bridge.http.gunicorn_config")
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
        status, page = get(port, "/admin/")
        assert status == 503
        assert "The database does not answer, or is being upgraded." in page
        assert "Traceback" not in page


def test_without_a_broker_the_bridge_is_not_ready(tmp_path):
    lay_copy(tmp_path)
    env = environment(tmp_path)
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
    assert "migrations are not applied. Run: manage.py prepare" in text


def silent_port():
    """Return a socket that takes connections and never says a word."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    return listener


@pytest.mark.parametrize("missing", ["gone", "silent"])
@pytest.mark.parametrize("server", ["database", "broker"])
def test_readiness_is_answered_within_a_second_whatever_is_missing(tmp_path, server, missing):
    with silent_port() as listener:
        address = NOBODY if missing == "gone" else f"127.0.0.1:{listener.getsockname()[1]}"
        urls = {
            "database": {"DATABASE_URL": f"postgres://nobody@{address}/nothing"},
            "broker": {"REDIS_URL": f"redis://{address}/0"},
        }
        lay_copy(tmp_path)
        env = environment(tmp_path)
        served, port = serve(tmp_path, {**env, **urls[server]})
        with served:
            wait_until(lambda: status_of(port, "/healthz") == 200)
            get(port, "/readyz")  # the first one reads the migrations' files
            took = []
            for _ in range(5):
                began = time.monotonic()
                status, text = get(port, "/readyz")
                took.append(time.monotonic() - began)

    assert status == 503
    assert json.loads(text)["reasons"][0].startswith(f"The {server} cannot be reached: ")
    # The quickest: what else the machine does is not the bridge's.
    assert min(took) < 1
