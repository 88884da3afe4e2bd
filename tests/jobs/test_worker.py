"""Beat's tick and a real worker with a real broker, in processes of their own."""

import json
import subprocess
import sys
import time

import pytest

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

TICK = """
import django, json
django.setup()
from orderflow_bridge.jobs import tasks
from orderflow_bridge.jobs.models import JobRun
tasks.tick{call}()
print(json.dumps(list(JobRun.objects.values_list("status", flat=True))))
"""
WORKER = ["-m", "celery", "-A", "orderflow_bridge", "worker", "-P", "threads", "-c", "2"]


def bridge(environment, *arguments):
    """Run Python in a bridge of its own; return what it says."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={"DJANGO_SETTINGS_MODULE": "orderflow_bridge.settings", **environment},
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def worker(environment):
    """Start a worker that is stopped at the end, as `manage.py run` does: the queue is there."""
    bridge(environment, "-c", "from orderflow_bridge.celery import open_queue; open_queue()")
    process = subprocess.Popen(
        [sys.executable, *WORKER],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.terminate()
    process.wait(timeout=120)


def test_a_worker_does_what_beats_tick_finds_due(environment, worker):
    bridge(environment, "-c", TICK.format(call=".delay"))

    give_up_at = time.monotonic() + 150
    while "Success" not in bridge(environment, "manage.py", "jobs", "list"):
        assert time.monotonic() < give_up_at, "no worker did the runs"
        time.sleep(0.5)


def test_while_the_broker_is_away_runs_wait_in_the_database(environment):
    environment["REDIS_URL"] = "redis://127.0.0.1:1/0"

    output = bridge(environment, "-c", TICK.format(call=""))

    assert set(json.loads(output.splitlines()[-1])) == {"pending"}
