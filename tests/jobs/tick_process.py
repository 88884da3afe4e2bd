"""A caller of the tick in a process of its own, with a job that leaves traces in a file.

`python -m tests.jobs.tick_process NOW MINUTES FILE WORK`: one tick for each of so many
minutes, on two threads, once a line has come in. WORK is `short`, or `endless` for a job that is to
be killed. Prints the runs it sees at the end.
"""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import django

django.setup()

from django.db import connection  # noqa: E402

from orderflow_bridge.jobs.models import JobRun  # noqa: E402
from orderflow_bridge.jobs.runs import run_job  # noqa: E402
from orderflow_bridge.jobs.services import tick  # noqa: E402
from orderflow_bridge.jobs.table import Job  # noqa: E402

LEASE = timedelta(seconds=1)
SECONDS = {"short": 0.1, "endless": 3600.0}


def leave_trace(path: str, word: str) -> None:
    """Append a word in one write, so that traces of several processes do not mix."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, f"{word}\n".encode())
    os.close(descriptor)


def probe(path: str, seconds: float) -> Job:
    """Return a job, due every minute, that shows when it is at work."""

    def work() -> str:
        leave_trace(path, "begin")
        time.sleep(seconds)
        leave_trace(path, "end")
        return "Done."

    return Job("probe", "Probe", work, lambda: "* * * * *", lambda: True)


def call(now: datetime, minutes: int, job: Job) -> None:
    """Do the ticks of so many minutes, with the jobs in this thread."""
    for minute in range(minutes):
        at = now + timedelta(minutes=minute)
        tick(at, start=lambda run_id: run_job(run_id, jobs=[job], lease=LEASE), jobs=[job])
    connection.close()


def main() -> None:
    """Wait for the word to go, call, and print the runs."""
    now, minutes, path, work = sys.argv[1:]
    job = probe(path, SECONDS[work])
    sys.stdin.readline()
    with ThreadPoolExecutor(2) as threads:
        calls = [
            threads.submit(call, datetime.fromisoformat(now), int(minutes), job) for _ in range(2)
        ]
        for each in calls:
            each.result()
    runs = JobRun.objects.order_by("scheduled_for").values_list("status", "summary")
    print(json.dumps(list(runs)))


if __name__ == "__main__":
    main()
