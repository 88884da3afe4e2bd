"""`manage.py jobs list|run|tick`: the scheduled jobs at the command line."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orderflow_bridge.common import clock
from orderflow_bridge.jobs import cron
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.runs import run_job
from orderflow_bridge.jobs.selectors import JobState, job_states, shop_zone
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS, Job


class Command(BaseCommand):
    """Shows the jobs, runs one now, or does one minute's tick without a broker."""

    help = "Show the scheduled jobs, run one now, or do one minute's tick in this process."
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the three sub-commands."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="all jobs, their schedule, last and next run")
        run = verbs.add_parser("run", help="run one job now and print what it did")
        run.add_argument("name", metavar="NAME", help="the name that `jobs list` shows")
        verbs.add_parser("tick", help="run everything that is due this minute")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked for."""
        if options["verb"] == "list":
            self._list()
        elif options["verb"] == "run":
            self._run(options["name"])
        else:
            self._tick()

    def _list(self) -> None:
        for job_state in job_states(clock.now()):
            self.stdout.write("\n".join(_paragraph(job_state)))

    def _run(self, name: str) -> None:
        job = _job_called(name)
        if not job.is_enabled():
            raise CommandError(f"{job.title} is switched off. {job.how_to_switch_on}")
        run = run_job(order_run(job, now=clock.now()).pk)
        if run.status == JobRun.Status.RUNNING:
            raise CommandError(f"A worker has taken over run {run.pk}; `jobs list` shows its end.")
        if run.status != JobRun.Status.SUCCESS:
            raise CommandError(f"{run.get_status_display()}: {run.summary}")
        self.stdout.write(run.summary)

    def _tick(self) -> None:
        started = cron.tick()
        if not started:
            self.stdout.write("Nothing is due.")
        for run in JobRun.objects.filter(pk__in=[run.pk for run in started]).order_by("pk"):
            self.stdout.write(f"{run.job}: {_outcome(run)}")


def _job_called(name: str) -> Job:
    for job in JOBS:
        if job.name == name:
            return job
    names = ", ".join(job.name for job in JOBS)
    raise CommandError(f"There is no job {name}. The jobs are: {names}.")


def _paragraph(job_state: JobState) -> list[str]:
    """Return the lines about one job."""
    last = job_state.last_run
    at = "never" if last is None else _time(last.started_at or last.scheduled_for)
    return [
        f"{job_state.job.name} – {job_state.job.title}",
        f"  enabled   {'Yes' if job_state.is_enabled else 'No'}",
        f"  schedule  {job_state.schedule}",
        f"  last run  {at if last is None else f'{at}, {_outcome(last)}'}",
        f"  next run  {_time(job_state.next_run) if job_state.next_run else 'none'}",
    ]


def _outcome(run: JobRun) -> str:
    return f"{run.get_status_display()}{': ' if run.summary else ''}{run.summary}"


def _time(at: datetime) -> str:
    return f"{at.astimezone(shop_zone()):%Y-%m-%d %H:%M %Z}"
