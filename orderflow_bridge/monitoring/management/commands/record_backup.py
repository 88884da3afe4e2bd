"""`manage.py record_backup PLACE`: the last line of a script that makes a back-up."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orderflow_bridge.common.formats import datetime_text
from orderflow_bridge.monitoring.backups import record_backup


class Command(BaseCommand):
    """Notes that a back-up was made just now; the first steps and System → Back-ups tell of it."""

    help = "Note that a back-up of the database was made just now, and where it lies."
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("place", help="where it lies, such as backup01:/srv/bridge")
        parser.add_argument("--by", default="", help="who or what made it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Note it."""
        backup = record_backup(options["place"], by=options["by"])
        self.stdout.write(f"Recorded: {backup.place}, {datetime_text(backup.made_at)}.")
