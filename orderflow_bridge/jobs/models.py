"""The record of scheduled work: one row per job and minute it was due."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orderflow_bridge.common.translation import gettext_lazy as _


class JobRun(models.Model):
    """One due run of a job. The unique slot makes a second scheduler, or a second tick, harmless.

    The row is the truth: a run stays Pending until somebody claims it, whatever became of the
    message that was to wake a worker.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("Pending")
        RUNNING = "running", _("Running")
        SUCCESS = "success", _("Success")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Skipped")

    class Scope(models.TextChoices):
        """Who asked for the run. Slots of the schedule are whole minutes, those by hand are not."""

        SCHEDULE = "", _("Schedule")
        MANUAL = "manual", _("By hand")

    job = models.CharField(max_length=64)
    scope = models.CharField(
        _("started by"), max_length=64, blank=True, default=Scope.SCHEDULE, choices=Scope
    )
    scheduled_for = models.DateTimeField()
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING)
    summary = models.TextField(blank=True, default="")
    host = models.CharField(
        max_length=255, blank=True, default="", db_default="", help_text=_("Who has done it.")
    )
    created_at = models.DateTimeField(default=timezone.now)
    woken_at = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        permissions = (("run_job", "Run jobs"),)
        constraints = (
            # The time comes before the job: the newest slot of all is one look into the index.
            models.UniqueConstraint(
                fields=("scope", "scheduled_for", "job"), name="scheduler_one_run_per_slot"
            ),
        )
        indexes = (
            models.Index(fields=("created_at",), name="scheduler_run_created"),
            models.Index(
                fields=("status", "id"),
                condition=Q(status__in=("pending", "running")),
                name="scheduler_run_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.job} {self.scheduled_for:%Y-%m-%d %H:%M}"


class JobLease(models.Model):
    """Who is running a job now. A job that is still at work is not started a second time.

    `holder` is the id of the run; a lease without one is free. A lease that runs out at `until` was
    not renewed: its worker is gone.
    """

    job = models.CharField(max_length=64, primary_key=True)
    holder = models.CharField(max_length=64, blank=True, default="")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job} until {self.until:%H:%M:%S}"


class HostClock(models.Model):
    """By how many seconds a host's clock is ahead of the database's: a worker's, beat's, cron's."""

    host = models.CharField(max_length=255, primary_key=True)
    offset_seconds = models.FloatField()
    noted_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.host}: {self.offset_seconds:+.1f} s"
