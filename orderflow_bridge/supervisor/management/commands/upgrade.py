"""`manage.py upgrade`: what a new version does to the database, told beforehand and done."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orderflow_bridge.supervisor.preparation import pending, prepare
from orderflow_bridge.supervisor.upgrading import due_work, summary


class Command(BaseCommand):
    """Say what is to be done and how long it may take; without --check, do it as `prepare` does."""

    help = "Upgrades the database; with --check only says what that does, and about how long."
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --check."""
        parser.add_argument(
            "--check", action="store_true", help="write nothing; end with 1 if there is anything"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell, and do."""
        work = due_work()
        others = [each for each in pending() if not each.startswith("Migration ")]
        for sentence in (*(each.sentence for each in work), *others):
            self.stdout.write(sentence)
        if work:
            self.stdout.write(summary(work))
        if options["check"]:
            if work or others:
                sys.exit(1)
            self.stdout.write("Nothing is to be done.")
            return
        prepare()
        self.stdout.write("The database is up to date.")
