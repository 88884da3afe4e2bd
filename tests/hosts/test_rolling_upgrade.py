"""A running bridge on many hosts is brought to this version, host by host, under messages."""

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.hosts.exactness import assert_exact, settled
from tests.hosts.installation import BRIDGES, installed, missing
from tests.hosts.network import why_not
from tests.hosts.sending import OrderFlow
from tests.supervisor.servers import ROOT

reason = why_not() or missing()
pytestmark = pytest.mark.skipif(bool(reason), reason=reason)


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """The source tree as it was before its newest migration."""
    newest = _git("log", "-1", "--format=%H", "--", "*/migrations/*.py").decode().strip()
    try:
        archive = _git("archive", f"{newest}^")
    except subprocess.CalledProcessError:
        pytest.skip("The repository's history is not here.")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tree:
        tree.extractall(tmp_path, filter="data")
    return tmp_path


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def test_an_upgrade_host_by_host_costs_nothing_that_was_acknowledged(former: Path):
    with installed(former) as installation:
        orderflow = OrderFlow(installation.url)
        orderflow.place_orders(12)

        with orderflow.sending():
            orderflow.go_on()
            installation.manage("prepare")
            for name in BRIDGES:
                installation.hosts[name].replace(installation.program(name))
                orderflow.go_on()

        assert_exact(settled(installation), orderflow)
        assert "No planned migration operations" in installation.manage("migrate", "--plan")
