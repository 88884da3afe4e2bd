"""`manage.py problems list|take|snooze|resolve`: what is wrong now, at the command line."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import ProblemRefused
from orderflow_bridge.monitoring.nothing_runs import raise_if_silent
from orderflow_bridge.problems import services
from orderflow_bridge.problems.lines import sentence
from orderflow_bridge.problems.models import Problem


class Command(BaseCommand):
    """Shows the open problems, or settles one."""

    help = "Show what is wrong now, or take, snooze or resolve a problem."
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the sub-commands."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="all open problems, worst first")
        for verb, text in (
            ("take", "make somebody the owner of a problem"),
            ("snooze", "call nobody to a problem for a while"),
            ("resolve", "end a problem by hand"),
        ):
            one = verbs.add_parser(verb, help=text)
            one.add_argument("id", type=int, help="the number that `problems list` shows")
            one.add_argument("--by", required=True, metavar="USER", help="who decides it")
            one.add_argument("--note", default="", help="why")
            if verb == "snooze":
                one.add_argument(
                    "--hours", type=int, help="for how long; without it until it grows tenfold"
                )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what was asked for."""
        if options["verb"] == "list":
            self._list()
            return
        try:
            self._settle(options)
        except ProblemRefused as refusal:
            raise CommandError(str(refusal)) from None

    def _settle(self, options: dict[str, Any]) -> None:
        problem = _open(options["id"])
        user = User.objects.filter(username=options["by"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['by']}.")
        if options["verb"] == "take":
            services.take(problem, by=user, text=options["note"])
            self.stdout.write(f"Problem {options['id']} is taken by {user}.")
            return
        if options["verb"] == "resolve":
            services.resolve(problem, by=user, text=options["note"])
            self.stdout.write(f"Problem {options['id']} is resolved.")
            return
        hours = options["hours"]
        until = None if hours is None else services.end_of_snooze(hours, clock.now())
        services.snooze(problem, by=user, until=until, text=options["note"])
        span = f"for {hours} hour{'s' * (hours > 1)}" if hours else "until it grows tenfold"
        self.stdout.write(f"Problem {options['id']} is snoozed {span}.")

    def _list(self) -> None:
        now = clock.now()
        raise_if_silent(now)
        problems = Problem.objects.filter(resolved_at__isnull=True)
        for problem in problems.iterator():
            marks = [problem.get_severity_display()]
            if problem.is_snoozed(now):
                marks.append("snoozed")
            self.stdout.write(f"{problem.pk} [{', '.join(marks)}] {sentence(problem, now)}")
            if problem.remedy:
                self.stdout.write(f"    {problem.remedy}")
        if not problems.exists():
            self.stdout.write("Nothing is wrong.")


def _open(pk: int) -> QuerySet[Problem]:
    found = Problem.objects.filter(pk=pk, resolved_at__isnull=True)
    if not found.exists():
        raise CommandError(f"There is no open problem {pk}.")
    return found
