"""Several schedulers at once, in real processes: every slot is worked once, never two at a time."""

import json
import subprocess
import sys
import time

import pytest

from orderflow_bridge.jobs.services import ABANDONED
from tests.jobs.samples import TEN, at
from tests.supervisor.servers import wait_until

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def start(environment, tmp_path):
    """Return a function that starts a scheduler; it begins with a line on its input."""
    processes = []

    def start_process(now, minutes=1, work="short"):
        command = [sys.executable, "-m", "tests.jobs.tick_process", now.isoformat()]
        process = subprocess.Popen(
            [*command, str(minutes), str(tmp_path / "traces"), work],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start_process
    for process in processes:
        process.kill()
        process.communicate()


def go(*processes):
    """Let the schedulers begin at once."""
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()


def runs_seen_by(process):
    """Return the runs that a scheduler saw at its end."""
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return [tuple(run) for run in json.loads(output.splitlines()[-1])]


def traces(tmp_path):
    """Return when the job was at work: "begin" and "end" in the order they came."""
    file = tmp_path / "traces"
    return file.read_text().split() if file.exists() else []


def test_six_callers_in_three_processes_work_a_slot_once(start, tmp_path):
    schedulers = [start(TEN) for _ in range(3)]

    go(*schedulers)
    seen = [runs_seen_by(scheduler) for scheduler in schedulers]

    assert traces(tmp_path) == ["begin", "end"]
    assert {len(runs) for runs in seen} == {1}


def test_a_job_is_never_at_work_twice_at_a_time(start, tmp_path):
    schedulers = [start(TEN, minutes=8) for _ in range(3)]

    go(*schedulers)
    seen = [runs_seen_by(scheduler) for scheduler in schedulers]

    worked = traces(tmp_path)
    assert worked == ["begin", "end"] * (len(worked) // 2)
    last_seen = max(seen, key=lambda runs: [status for status, _ in runs].count("success"))
    assert len(last_seen) == 8
    assert [status for status, _ in last_seen].count("success") == len(worked) // 2


def test_a_killed_worker_costs_one_run_and_no_more(start, tmp_path):
    doomed = start(TEN, work="endless")
    go(doomed)
    wait_until(lambda: traces(tmp_path))  # written, not only made
    doomed.kill()
    time.sleep(1.5)

    successor = start(at(1))
    go(successor)

    assert runs_seen_by(successor) == [("failed", ABANDONED), ("success", "Done.")]
    assert traces(tmp_path) == ["begin", "begin", "end"]
