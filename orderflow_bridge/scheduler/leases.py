"""Leases: a job that is still at work is not started a second time (ecosystem.md §3)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from orderflow_bridge.scheduler.models import JobLease

LEASE = timedelta(seconds=60)
_BEATS_PER_LEASE = 4

log = structlog.get_logger(__name__)


def take_lease(*, job: str, holder: str, now: datetime, lease: timedelta = LEASE) -> bool:
    """Take the job's lease until `now + lease` unless somebody holds it. One caller wins."""
    JobLease.objects.bulk_create([JobLease(job=job, until=now)], ignore_conflicts=True)
    free = JobLease.objects.filter(job=job, until__lte=now)
    return free.update(holder=holder, until=now + lease) == 1


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
        JobLease.objects.filter(job=job, holder=holder).update(until=timezone.now())


def _beat(done: threading.Event, job: str, holder: str, lease: timedelta) -> None:
    """Renew the lease until the work is done. A missed beat is made up by the next one."""
    while not done.wait(lease.total_seconds() / _BEATS_PER_LEASE):
        mine = JobLease.objects.filter(job=job, holder=holder)
        try:
            if not mine.update(until=timezone.now() + lease):
                log.warning("lease_lost", job=job, run=holder)
                return
        except DatabaseError as error:
            log.warning("lease_not_renewed", job=job, run=holder, error=str(error))
        finally:
            connection.close()
