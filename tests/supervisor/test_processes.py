"""The supervisor with small programs in place of the bridge's."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from orderflow_bridge.supervisor.processes import (
    LONGEST_PAUSE,
    PARENT_WATCH,
    Program,
    Supervisor,
    pause_after,
)
from tests.supervisor.servers import wait_until


class Ear:
    """Remembers what the programs say."""

    def __init__(self):
        self.lines = []

    def say(self, name, line):
        """Take one line."""
        self.lines.append((name, line))

    def heard(self, text):
        """Return how many lines contain a text."""
        return sum(text in line for _, line in self.lines)


def program(name, source):
    """Return a program that runs a few lines of Python."""
    return Program(name, [sys.executable, "-u", "-c", textwrap.dedent(source)])


def run_until(supervisor, condition):
    """Let a supervisor work until a condition holds, at most 20 seconds."""
    deadline = time.monotonic() + 20

    def each_round():
        if condition() or time.monotonic() > deadline:
            supervisor.stop()

    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        supervisor.run(each_round=each_round)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def is_alive(pid):
    """Whether a process is there and not a zombie."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_pause_before_a_restart_doubles_up_to_a_minute():
    assert [pause_after(n) for n in (1, 2, 3, 7, 500)] == [1, 2, 4, LONGEST_PAUSE, LONGEST_PAUSE]


@pytest.mark.processes
@pytest.mark.one_database
def test_a_program_that_ends_is_started_again_after_a_growing_pause():
    ear = Ear()
    supervisor = Supervisor([program("frail", "print('hello'); raise SystemExit(3)")], ear.say)

    run_until(supervisor, lambda: ear.heard("hello") == 3)

    assert ear.heard("ended with status 3. Starting again in 1 s.") == 1
    assert ear.heard("ended with status 3. Starting again in 2 s.") == 1


@pytest.mark.processes
@pytest.mark.one_database
def test_a_killed_program_takes_what_it_started_with_it():
    ear = Ear()
    source = """
        import subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        print("grandchild", child.pid)
        print("self", __import__("os").getpid())
        time.sleep(60)
    """
    supervisor = Supervisor([program("parent", source)], ear.say)
    killer = threading.Thread(target=lambda: os.kill(
        wait_until(lambda: [int(t.split()[1]) for _, t in ear.lines if "self" in t])[0],
        signal.SIGKILL))  # fmt: skip
    killer.start()

    run_until(
        supervisor, lambda: ear.heard("was killed by SIGKILL") and ear.heard("grandchild") > 1
    )
    killer.join()

    pids = [int(line.split()[1]) for _, line in ear.lines if "grandchild" in line]
    assert len(pids) == 2
    assert wait_until(lambda: not any(is_alive(pid) for pid in pids))


@pytest.mark.processes
@pytest.mark.one_database
def test_a_program_that_does_not_want_to_end_is_killed():
    ear = Ear()
    stubborn = """
        import os, signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("pid", os.getpid())
        time.sleep(60)
    """
    supervisor = Supervisor([program("stubborn", stubborn)], ear.say, patience=1)

    run_until(supervisor, lambda: ear.heard("pid"))

    [pid] = [int(line.split()[1]) for _, line in ear.lines if "pid" in line]
    wait_until(lambda: not is_alive(pid), seconds=5)


@pytest.mark.processes
@pytest.mark.one_database
def test_a_watching_program_does_not_outlive_the_one_that_started_it():
    source = f"""
        import os, subprocess, sys, time
        command = [sys.executable, {str(PARENT_WATCH)!r}, str(os.getpid()), "sleep", "60"]
        print(subprocess.Popen(command).pid, flush=True)
        time.sleep(60)
    """
    starter = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(source)], stdout=subprocess.PIPE, text=True
    )
    with starter:
        pid = int(starter.stdout.readline())
        wait_until(lambda: Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep"))
        starter.kill()

    wait_until(lambda: not is_alive(pid), seconds=5)
