"""A release: the wheel is built, installed into an empty place, prepared, and its admin answers."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from orderflow_bridge.version import VERSION, commit
from tests.supervisor.servers import ROOT, environment

pytestmark = [pytest.mark.processes, pytest.mark.slow, pytest.mark.one_database]

# Calls the installed application as a web server does.
ASK = """
from django.test import Client
from orderflow_bridge.version import changelog
pages = {"/healthz": "ok ", "/admin/login/": "OrderFlow Bridge", "/static/bridge/bridge.css": "{"}
for address, word in pages.items():
    answer = Client().get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    print(address, answer.status_code, word in body.decode())
print(changelog().splitlines()[0])
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: Any) -> Path:
    """An empty folder with the release in `lib`, beside no source."""
    folder: Path = tmp_path_factory.mktemp("release")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    assert wheel.name == f"orderflow_bridge-{VERSION}-py3-none-any.whl"
    target = ["--target", str(folder / "lib"), str(wheel)]
    subprocess.run([*pip, "install", "-q", "--no-deps", *target], check=True)
    return folder


def run(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in the empty place, with the packages of this environment."""
    packages = os.pathsep.join([str(place / "lib"), sysconfig.get_path("purelib")])
    env = environment(place / "data", PYTHONPATH=packages, BRIDGE_COMMIT="")
    command = [sys.executable, str(place / "lib" / "bin" / "orderflow-bridge"), *arguments]
    return subprocess.run(command, cwd=place, env=env, capture_output=True, text=True)


def test_it_says_its_version_and_commit(place):
    assert run(place, "version").stdout == f"OrderFlow Bridge {VERSION} ({commit()})\n"


def test_it_prepares_and_its_admin_answers(place):
    before = run(place, "prepare", "--check")
    prepared = run(place, "prepare")
    after = run(place, "prepare", "--check")

    assert before.returncode == 1
    assert "Migration access 0001_squashed_0011 is not applied." in before.stdout
    assert "The database is up to date." in prepared.stdout, prepared.stderr
    assert (after.returncode, after.stdout) == (0, "Nothing is to be done.\n")
    said = run(place, "shell", "-v0", "-c", ASK)
    assert said.stdout.splitlines() == [
        "/healthz 200 True",
        "/admin/login/ 200 True",
        "/static/bridge/bridge.css 200 True",
        "# Changes",
    ], said.stderr
