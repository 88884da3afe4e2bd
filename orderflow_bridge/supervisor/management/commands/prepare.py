"""`manage.py prepare`: what must happen once before the processes of a new version start."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orderflow_bridge.supervisor.preparation import pending, prepare


class Command(BaseCommand):
    """Migrate, make the broker's queue and, at the very first time, the administrator."""

    help = "Migrates the database and makes the first administrator (docs/production.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --check."""
        parser.add_argument(
            "--check",
            action="store_true",
            help="only say what is to be done, and end with 1 if there is anything",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare and say what was done."""
        if options["check"]:
            self._check()
            return
        administrator = prepare()
        self.stdout.write("The database is up to date.")
        if administrator is not None:
            secret = administrator.password or "the one in BRIDGE_ADMIN_PASSWORD"
            self.stdout.write(f"Administrator: {administrator.username}, password: {secret}")

    def _check(self) -> None:
        found = pending()
        for sentence in found:
            self.stdout.write(sentence)
        if found:
            sys.exit(1)
        self.stdout.write("Nothing is to be done.")
