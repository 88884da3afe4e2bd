"""What a body costs the web server's process, with the limits that a new installation has."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from orderflow_bridge.restapi.routes import ROUTES
from orderflow_bridge.restapi.views import operation_of
from tests.supervisor.servers import (
    ROOT,
    environment,
    free_port,
    running,
    servers_of_this_run,
    status_of,
    wait_until,
)

pytestmark = [pytest.mark.processes, pytest.mark.one_database]

LARGEST = 8_388_608
MOST_EXTRA_MB = 100
TOKEN = """
from orderflow_bridge.access.services import grant_token
from django.contrib.auth.models import User
print(grant_token(User.objects.create_superuser("script")))
"""
Send = Callable[[str, str, bytes], tuple[int, float]]


def filled(before: str, unit: str, after: str) -> bytes:
    """Repeat a text up to the largest body that is accepted."""
    room = LARGEST - len((before + after).encode())
    return (before + unit * (room // len(unit.encode())) + after).encode()


def lines(before: str, unit: str, after: str, count: int = 400_000) -> bytes:
    """Repeat a text as often as the number of values in a body allows."""
    signs = sum(unit.count(sign) for sign in ",[{")
    return (before + unit * (count // signs) + after).encode()


HOSTILE = {
    "empty objects": filled('{"productQtys":[', "{},", "{}]}"),
    "small objects": filled('{"productQtys":[', '{"a":0},', "{}]}"),
    "lists": filled('{"items":[', "[0],", "0]}"),
    "texts": filled('[{"product":{"sku":"x"}},', '"aa",', "{}]"),
    "as many small objects as are read": lines('{"productQtys":[', '{"a":0},', "{}]}"),
    "as many lists as are read": lines('{"source_items":[', "[0],", "[]]}"),
    "as many operations as are read": lines("[", '{"product":{"sku":"a"}},', "{}]", 29_000),
    "a wide text": filled('{"product":{"sku":"x","name":"\U0001f600', "a", '"}}'),
    "a wide picture": filled(
        '{"entry":{"content":{"type":"image/png","name":"a","base64_encoded_data":"\U0001f600',
        "aa ",
        '"}}}',
    ),
    "a picture in pieces": filled(
        '{"entry":{"content":{"type":"image/png","name":"a","base64_encoded_data":"', "aa ", '"}}}'
    ),
    "a source's name in pieces": filled(
        '{"source_items":[{"sku":"a","source_code":"', "aa ", '"}]}'
    ),
    "many names": (
        "{" + ",".join(f'"{number}":0' for number in range(400_000)) + "}"
    ).encode(),
}  # fmt: skip


def _address(path: str) -> str:
    return re.sub(r"{\w+}", "1", path)


TAKING = [
    (method, _address(route.documented_path))
    for route in ROUTES
    for method in ("post", "put")
    if (found := operation_of(route.view, method)) and found.takes
]


@pytest.fixture(scope="module")
def send(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Send]:
    """Serve the bridge; yield a function that sends a body and returns status and MB it cost."""
    folder = tmp_path_factory.mktemp("memory")
    port = free_port()
    with servers_of_this_run("test_bridge_memory", migrated_in=folder) as servers:
        env = environment(folder, BRIDGE_WEB_WORKERS="1", BRIDGE_PORT=str(port), **servers)
        _manage(env, "migrate", "--verbosity", "0")
        token = _manage(env, "shell", "--no-imports", "-c", TOKEN).split()[-1]
        command = ("-m", "gunicorn", "-c", "python:orderflow_bridge.http.gunicorn_config")
        with running(*command, env=env, log=folder / "log") as server:
            wait_until(lambda: status_of(port, "/healthz") == 200, seconds=60)
            worker = _child(server.pid)
            session = requests.Session()
            session.headers.update(
                {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            )

            def send_body(method: str, path: str, body: bytes) -> tuple[int, float]:
                before = _memory(worker, "VmRSS")
                Path(f"/proc/{worker}/clear_refs").write_text("5")  # the peak starts anew
                answer = session.request(
                    method, f"http://127.0.0.1:{port}{path}", data=body, timeout=60
                )
                return answer.status_code, _memory(worker, "VmHWM") - before

            yield send_body


def _manage(env: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def _child(parent: int) -> int:
    return int(Path(f"/proc/{parent}/task/{parent}/children").read_text().split()[0])


def _memory(pid: int, name: str) -> float:
    """Return one of a process's figures in MB."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) / 1024


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_body_within_the_limits_costs_more_than_100_mb(send: Send, kind: str) -> None:
    dear = []
    for method, path in TAKING:
        status, extra = send(method, path, HOSTILE[kind])
        if extra > MOST_EXTRA_MB or status >= 500:
            dear.append(f"{method} {path}: {status}, {extra:.0f} MB")

    assert not dear
