"""manage.py move-to postgres://user:password@host/name"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orderflow_bridge.supervisor.moving import MoveRefused, move_to


class Command(BaseCommand):
    help = (
        "Copy this shop from its SQLite file to PostgreSQL. Stop the bridge first; set DATABASE_URL"
        " afterwards. Can be repeated after a break."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="The database to move to; it must be empty.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = move_to(options["url"], self.stdout.write)
        except MoveRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{rows:,} rows are there, counted and summed equal. Set DATABASE_URL to that database"
            " and start the bridge; keep the SQLite file until you have looked."
        )
