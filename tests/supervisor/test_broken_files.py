"""SQLite files that are deleted or damaged."""

import subprocess
import sys

import pytest

from orderflow_bridge.supervisor.keeping import BrokerWatch
from tests.supervisor.servers import ROOT, environment, free_port


def test_a_deleted_or_replaced_broker_file_has_the_programs_started_again(tmp_path):
    file, restarts = tmp_path / "broker.sqlite3", []
    file.touch()
    watch = BrokerWatch(file, lambda: restarts.append(file.exists()))
    watch.look()
    assert restarts == []

    (tmp_path / "another").touch()
    (tmp_path / "another").replace(file)
    watch.look()
    watch.look()

    assert restarts == [True]

    file.unlink()
    watch.look()
    assert restarts == [True, False]
    file.touch()  # by those that were started again
    watch.look()
    assert restarts == [True, False]


def test_without_a_broker_file_there_is_nothing_to_watch():
    restarts = []

    BrokerWatch(None, lambda: restarts.append(1)).look()

    assert restarts == []


@pytest.mark.processes
@pytest.mark.one_database
@pytest.mark.parametrize("command", [("run",), ("prepare",), ("jobs", "list")])
def test_a_torn_database_file_is_a_sentence_that_leads_to_the_back_up(tmp_path, command):
    (tmp_path / "bridge.sqlite3").write_bytes(b"SQLite format 3\0" + b"torn" * 4096)

    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env=environment(tmp_path, BRIDGE_PORT=str(free_port())),
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "is damaged" in done.stderr
    assert "back-up" in done.stderr
