"""One run of a job: claimed once, guarded by a lease, and always brought to an end.

A job that is still at work is not started a second time. Whoever works or ticks notes how far its
host's clock is off, by the database's.
"""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from orderflow_bridge.common import clock
from orderflow_bridge.common.error_codes import error_code
from orderflow_bridge.common.exceptions import BridgeError, JobNotReady
from orderflow_bridge.jobs.models import HostClock, JobLease, JobRun
from orderflow_bridge.jobs.selectors import run_at_work, shop_zone
from orderflow_bridge.jobs.table import JOBS, Job
from orderflow_bridge.plugins.statistics import write_statistics
from orderflow_bridge.tracing import spans

log = structlog.get_logger(__name__)

STOPPED = "The run was stopped before it finished."
_LONGEST_REASON = 500
LEASE = timedelta(seconds=60)
_BEATS_PER_LEASE = 4
_NOTED_EVERY_SECONDS = 60.0
_noted: dict[str, float] = {}


def run_job(run_id: int, *, jobs: Sequence[Job] = JOBS, lease: timedelta = LEASE) -> JobRun:
    """Claim a pending run and do its work; return it as it stands afterwards.

    A run that somebody else has claimed is returned untouched. A job that raises makes the run
    Failed with its reason; only the log gets the traceback. One that is not ready is Skipped: it
    will say the same every minute, and nothing has gone wrong. Raises JobRun.DoesNotExist.
    """
    run = JobRun.objects.get(pk=run_id)
    job = next((job for job in jobs if job.name == run.job), None)
    if job is None:
        _skip(run, f"There is no job {run.job}.")
    elif not job.is_enabled():
        _skip(run, f"{job.title} is switched off in the configuration.")
    elif _claim(run, lease):
        note_host_clock()
        with kept_lease(job=job.name, holder=str(run.pk), lease=lease):
            _work(job, run)
            write_statistics()
    run.refresh_from_db()
    return run


def _claim(run: JobRun, lease: timedelta) -> bool:
    """Make a pending run ours, together with the lease; skip it when the job is still at work."""
    now = clock.now()
    with transaction.atomic():
        mine = JobRun.objects.filter(pk=run.pk, status=JobRun.Status.PENDING)
        if not mine.update(status=JobRun.Status.RUNNING, started_at=now, host=host_name()):
            return False
        if take_lease(job=run.job, holder=str(run.pk), now=now, lease=lease):
            return True
        _finish(run, JobRun.Status.SKIPPED, _still_at_work(run.job))
    return False


def _still_at_work(job_name: str) -> str:
    other = run_at_work(job_name)
    if other is None or other.started_at is None:
        return "Another run is still at work."
    return f"The run that started at {_clock(other.started_at)} is still at work."


def _clock(at: datetime) -> str:
    return f"{at.astimezone(shop_zone()):%H:%M:%S}"


def _work(job: Job, run: JobRun) -> None:
    """Do the job and write down how it ended, however it ends."""
    attributes: dict[str, spans.Value] = {"bridge.job": job.name, "bridge.run": run.pk}
    with (
        structlog.contextvars.bound_contextvars(job=job.name, run=run.pk),
        spans.span(f"job {job.name}", attributes=attributes),
    ):
        _work_logged(job, run)


def _work_logged(job: Job, run: JobRun) -> None:
    log.info("job_started")
    try:
        summary = job.run()
    except JobNotReady as error:
        log.info("job_not_ready", reason=str(error))
        _finish(run, JobRun.Status.SKIPPED, _reason_of(error))
    except Exception as error:
        log.exception("job_failed", code=error_code(error))
        _finish(run, JobRun.Status.FAILED, _reason_of(error))
    except BaseException:
        _finish(run, JobRun.Status.FAILED, STOPPED)
        raise
    else:
        log.info("job_finished", summary=summary)
        _finish(run, JobRun.Status.SUCCESS, summary)


def _reason_of(error: Exception) -> str:
    """Return one line an operator can read; errors that are not ours say what kind they are."""
    text = " ".join(str(error).split())
    if not isinstance(error, BridgeError):
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text[:_LONGEST_REASON]


def _skip(run: JobRun, reason: str) -> None:
    """End a run that nobody has claimed without doing its work."""
    JobRun.objects.filter(pk=run.pk, status=JobRun.Status.PENDING).update(
        status=JobRun.Status.SKIPPED, summary=reason, finished_at=clock.now()
    )
    log.info("job_skipped", job=run.job, run=run.pk, reason=reason)


def _finish(run: JobRun, status: JobRun.Status, summary: str) -> None:
    """Write the verdict of the one worker that claimed the run.

    It overrules a tick that has taken the worker for dead: whoever did the work knows best.
    """
    JobRun.objects.filter(pk=run.pk).update(status=status, summary=summary, finished_at=clock.now())


def take_lease(*, job: str, holder: str, now: datetime, lease: timedelta = LEASE) -> bool:
    """Take the job's lease until `now + lease` unless somebody holds it. One caller wins.

    Nobody is given a longer lease than that, so one that ends later was written by a clock that was
    wrong. It is shortened and not taken over: its holder may be at work, and then renews it.
    """
    JobLease.objects.bulk_create([JobLease(job=job, until=now)], ignore_conflicts=True)
    leases = JobLease.objects.filter(job=job)
    free = leases.filter(Q(until__lte=now) | Q(holder=""))
    if free.update(holder=holder, until=now + lease):
        return True
    leases.filter(until__gt=now + max(lease, LEASE)).update(until=now + lease)
    return False


@contextmanager
def kept_lease(*, job: str, holder: str, lease: timedelta = LEASE) -> Iterator[None]:
    """Renew a lease that was taken for as long as the block lasts, then give it back."""
    done = threading.Event()
    heart = threading.Thread(
        target=_beat, args=(done, job, holder, lease), name=f"lease-{job}", daemon=True
    )
    heart.start()
    try:
        yield
    finally:
        done.set()
        heart.join()
        JobLease.objects.filter(job=job, holder=holder).update(holder="", until=clock.now())


def _beat(done: threading.Event, job: str, holder: str, lease: timedelta) -> None:
    """Renew the lease until the work is done. A missed beat is made up by the next one."""
    while not done.wait(lease.total_seconds() / _BEATS_PER_LEASE):
        mine = JobLease.objects.filter(job=job, holder=holder)
        try:
            if not mine.update(until=clock.now() + lease):
                log.warning("lease_lost", job=job, run=holder)
                return
        except DatabaseError as error:
            log.warning("lease_not_renewed", job=job, run=holder, error=str(error))
        finally:
            connection.close()


def host_name() -> str:
    """Return this host's name, as runs and clocks bear it."""
    return socket.gethostname()[:255]


def note_host_clock() -> None:
    """Note by how much this host's clock is off; at most once a minute, in one statement.

    Where the database lies on the host itself there is one clock, and nothing to note.
    """
    host = host_name()
    if time.monotonic() - _noted.get(host, float("-inf")) < _NOTED_EVERY_SECONDS:
        return
    offset = clock.host_offset()
    if offset is None:
        return
    _noted[host] = time.monotonic()
    HostClock.objects.bulk_create(
        [HostClock(host=host, offset_seconds=offset.total_seconds(), noted_at=clock.now())],
        update_conflicts=True,
        unique_fields=["host"],
        update_fields=["offset_seconds", "noted_at"],
    )


def forget_noted_clocks() -> None:
    """Note anew at the next run."""
    _noted.clear()
