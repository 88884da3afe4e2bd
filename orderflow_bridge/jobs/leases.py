"""Leases: a job that is still at work is not started a second time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection
from django.db.models import Q

from orderflow_bridge.common import clock
from orderflow_bridge.jobs.models import JobLease

LEASE = timedelta(seconds=60)
_BEATS_PER_LEASE = 4

log = structlog.get_logger(__name__)


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
