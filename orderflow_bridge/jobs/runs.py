"""One run of a job: claimed once, guarded by a lease, and always brought to an end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import BridgeError, JobNotReady
from orderflow_bridge.jobs.host_clocks import note_host_clock
from orderflow_bridge.jobs.leases import LEASE, kept_lease, take_lease
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.selectors import run_at_work, shop_zone
from orderflow_bridge.jobs.table import JOBS, Job

STOPPED = "The run was stopped before it finished."
_LONGEST_REASON = 500

log = structlog.get_logger(__name__)


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
    run.refresh_from_db()
    return run


def _claim(run: JobRun, lease: timedelta) -> bool:
    """Make a pending run ours, together with the lease; skip it when the job is still at work."""
    now = clock.now()
    with transaction.atomic():
        mine = JobRun.objects.filter(pk=run.pk, status=JobRun.Status.PENDING)
        if not mine.update(status=JobRun.Status.RUNNING, started_at=now):
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
    with structlog.contextvars.bound_contextvars(job=job.name, run=run.pk):
        _work_logged(job, run)


def _work_logged(job: Job, run: JobRun) -> None:
    log.info("job_started")
    try:
        summary = job.run()
    except JobNotReady as error:
        log.info("job_not_ready", reason=str(error))
        _finish(run, JobRun.Status.SKIPPED, reason_of(error))
    except Exception as error:
        log.exception("job_failed")
        _finish(run, JobRun.Status.FAILED, reason_of(error))
    except BaseException:
        _finish(run, JobRun.Status.FAILED, STOPPED)
        raise
    else:
        log.info("job_finished", summary=summary)
        _finish(run, JobRun.Status.SUCCESS, summary)


def reason_of(error: Exception) -> str:
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
