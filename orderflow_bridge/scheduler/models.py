"""The record of scheduled work: one row per job and minute it was due (ecosystem.md §3)."""

from django.db import models
from django.utils import timezone


class JobRun(models.Model):
    """One due run of a job. The unique slot makes a second scheduler, or a second tick, harmless."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        RUNNING = "running", "Running"
        SUCCESS = "success", "Success"
        FAILED = "failed", "Failed"
        SKIPPED = "skipped", "Skipped"

    job = models.CharField(max_length=64)
    scope = models.CharField(max_length=64, blank=True, default="")
    scheduled_for = models.DateTimeField()
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING)
    summary = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("job", "scope", "scheduled_for"), name="scheduler_one_run_per_slot"
            ),
        )
        indexes = (models.Index(fields=("created_at",), name="scheduler_run_created"),)

    def __str__(self) -> str:
        return f"{self.job} {self.scheduled_for:%Y-%m-%d %H:%M}"


class JobLease(models.Model):
    """Who is running a job now. A job that is still at work is not started a second time."""

    job = models.CharField(max_length=64, primary_key=True)
    holder = models.CharField(max_length=64, blank=True, default="")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job} until {self.until:%H:%M:%S}"
