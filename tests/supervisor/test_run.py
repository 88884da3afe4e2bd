"""`manage.py run` for real: it serves, survives kills, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
from functools import partial

import pytest

from tests.supervisor.servers import (
    ROOT,
    children_of,
    environment,
    free_port,
    members_of,
    running,
    servers_of_this_run,
    status_of,
    wait_until,
)

pytestmark = pytest.mark.processes
PROGRAMS = {"web", "worker", "beat"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the data folder that the tests of this module share."""
    return tmp_path_factory.mktemp("bridge")


@pytest.fixture(scope="module")
def servers():
    """Return the servers that the tests of this module share."""
    with servers_of_this_run("test_bridge_run") as values:
        yield values


def all_children(supervisor):
    """Return the pids of the supervisor's programs, once all of them run."""
    found = children_of(supervisor)
    return found if set(found) == PROGRAMS else {}


def replaced(supervisor, program, killed):
    """Return the pid of a program's new process, once there is one."""
    pid = children_of(supervisor).get(program)
    return pid if pid not in (None, killed) else None


def test_everything_starts_is_restarted_when_killed_and_ends_with_ctrl_c(folder, servers):
    port = free_port()
    env = environment(folder, BRIDGE_LOG_FORMAT="text", **servers)
    log = folder / "output"
    with running("manage.py", "run", "--port", str(port), env=env, log=log) as supervisor:
        wait_until(lambda: status_of(port, "/healthz") == 200, seconds=180)
        first = wait_until(lambda: all_children(supervisor.pid))
        assert status_of(port, "/admin/login/") == 200
        for pid in first.values():
            os.kill(pid, signal.SIGKILL)
        second = {
            program: wait_until(partial(replaced, supervisor.pid, program, pid))
            for program, pid in first.items()
        }
        wait_until(lambda: status_of(port, "/healthz") == 200)
        supervisor.send_signal(signal.SIGINT)
        assert supervisor.wait(20) == 0
    assert members_of({*first.values(), *second.values()}) == set()

    told = log.read_text()
    assert f"http://127.0.0.1:{port}/admin/" in told
    assert "shown only this once" in told
    assert told.count("was killed by SIGKILL. Starting again in 1 s.") == 3
    assert "Stopped." in told
    assert list((folder / "logs").glob("web-*.log"))


def test_nothing_is_left_when_the_supervisor_itself_is_killed(folder, servers):
    port = free_port()
    log = folder / "output2"
    command = ("manage.py", "run", "--port", str(port))
    with running(*command, env=environment(folder, **servers), log=log) as supervisor:
        wait_until(lambda: status_of(port, "/healthz") == 200, seconds=180)
        children = wait_until(lambda: all_children(supervisor.pid))
        # The banner is printed once the web answers, which this test may notice first.
        wait_until(lambda: "Ctrl-C stops everything." in log.read_text())
        supervisor.kill()
        supervisor.wait()
    wait_until(lambda: not members_of(set(children.values())), seconds=10)

    assert "unchanged (forgotten?" in log.read_text(), "the second start made a new password"


def test_a_port_in_use_is_refused_in_one_sentence(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "run", "--port", str(port)],
            cwd=ROOT, env=environment(folder), capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.strip() == (
        f"CommandError: Port {port} on 127.0.0.1 is already in use. Stop the program that uses it,"
        " or choose another port with --port."
    )
