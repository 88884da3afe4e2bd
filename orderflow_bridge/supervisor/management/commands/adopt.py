"""`manage.py adopt --as NAME`: make a copy of a database an installation of its own."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orderflow_bridge.common.exceptions import AdoptionRefused
from orderflow_bridge.supervisor.adoption import adopt


class Command(BaseCommand):
    """Clears what the other installation would have sent, and gives the database its new name."""

    help = "Make a copied database that of this installation (docs/exchange.md)."
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --as and --endpoint."""
        parser.add_argument(
            "--as", dest="name", required=True, metavar="NAME", help="BRIDGE_ENVIRONMENT: test"
        )
        parser.add_argument(
            "--endpoint", default="", metavar="URL", help="its OrderFlow; without it, the sandbox"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Adopt, and say what was done."""
        try:
            done = adopt(options["name"], endpoint=options["endpoint"])
        except AdoptionRefused as refusal:
            raise CommandError(str(refusal)) from None
        for sentence in done:
            self.stdout.write(sentence)
