"""Starts tests/browser/serve.py, signs in, and tells when it answers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page

from tests.browser.serve import PASSWORD
from tests.migrated import lay_copy

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 180
_OTHER_SERVERS = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")


@dataclass(frozen=True)
class Site:
    """A running bridge."""

    address: str
    folder: Path

    def url(self, path: str) -> str:
        """Return a whole address."""
        return f"{self.address}{path}"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told: where its data are, and no other servers."""
        return _environment(self.folder)

    def run_job(self, name: str) -> None:
        """Let a job run in a process of its own, as the scheduler does when its minute has come."""
        self._manage("jobs", "run", name)

    def receive_stock(self, message_id: str, sku: str, units: str, sequence_id: str) -> None:
        """Let a stock message of OrderFlow wait, which comes while somebody looks."""
        call = f"queue_stock({message_id!r}, [({sku!r}, {units!r}, {sequence_id!r})])"
        self._manage("shell", "-c", f"from tests.admin.samples import queue_stock; {call}")

    def ask_for_file(self, grid: str) -> None:
        """Let a list's file wait to be made, as a long list's Export does for its reader."""
        model = "orderflow_bridge.file_transfer.models"
        values = f"user_id=1, grid={grid!r}, title='Products', kind='csv'"
        create = f"from {model} import ListExport; ListExport.objects.create({values})"
        self._manage("shell", "-c", create)

    def _manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True)

    def sign_in(self, page: Page, *, goal: str = "/admin/", name: str = "admin") -> None:
        """Sign in, as the administrator unless told, and wait for the page that was wanted."""
        page.goto(self.url(f"/admin/login/?next={goal}"))
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(self.url(goal))


@contextmanager
def serving(folder: Path, *, fill: str, at: str = "") -> Iterator[Site]:
    """Serve a bridge from a folder, and end it afterwards."""
    lay_copy(folder)
    port = _free_port()
    environment = _environment(folder)
    command = [
        sys.executable,
        "-m",
        "tests.browser.serve",
        str(port),
        fill,
        *filter(None, [at]),
    ]
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            _wait_for(process, port, folder / "server.log")
            yield Site(f"http://127.0.0.1:{port}", folder)
        finally:
            process.terminate()


@contextmanager
def serving_sandbox(site: Site) -> Iterator[str]:
    """Start a stand-in for OrderFlow beside a bridge, as `make demo` does; yield its address."""
    port = _free_port()
    command = [sys.executable, "manage.py", "sandbox", "--connect", "--port", str(port)]
    log_path = site.folder / "sandbox.log"
    with (
        log_path.open("wb") as log,
        subprocess.Popen(
            [*command, "--bridge", site.address],
            cwd=ROOT,
            env=site.environment,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            _wait_for(process, port, log_path, page="/")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(
    process: "subprocess.Popen[bytes]", port: int, log: Path, *, page: str = "/healthz"
) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://127.0.0.1:{port}{page}", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"The server did not start:\n{log.read_text()[-4000:]}")


def _environment(folder: Path) -> dict[str, str]:
    """Return our environment without what would lead to other servers."""
    kept = {key: value for key, value in os.environ.items() if key not in _OTHER_SERVERS}
    return kept | {"BRIDGE_DATA_DIR": str(folder), "BRIDGE_LOG_FILES": "0"}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
