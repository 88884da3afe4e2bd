"""`manage.py resume`: go on with the exchange."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orderflow_bridge.exchange.management.commands.pause import website_of, whoever
from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.selectors import pauses_now, why_it_is_paused
from orderflow_bridge.exchange.services import resume


class Command(BaseCommand):
    """Ends all pauses, or those of a direction or a website."""

    help = "End pauses of the exchange with OrderFlow: all, or those that are named."
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("what", nargs="?", choices=Direction.values, help="as it was paused")
        parser.add_argument("--website", metavar="CODE", help="only those of one website")
        parser.add_argument("--by", metavar="NAME", default=whoever(), help="who resumes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Resume, and say what is still paused."""
        ended = resume(
            by=options["by"],
            direction=Direction(options["what"]) if options["what"] else None,
            website=website_of(options["website"]),
        )
        self.stdout.write(f"{ended} pause{'' if ended == 1 else 's'} ended.")
        for each in pauses_now():
            self.stdout.write(
                f"Still paused: {Direction(each.direction).label}. {why_it_is_paused(each)}"
            )
