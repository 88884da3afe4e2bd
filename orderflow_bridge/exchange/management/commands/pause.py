"""`manage.py pause`: hold up the exchange with OrderFlow, before a deployment for example."""

import getpass
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import PauseRefused
from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.selectors import pauses_now, shop_zone, why_it_is_paused
from orderflow_bridge.exchange.services import pause
from orderflow_bridge.stores.models import Website


class Command(BaseCommand):
    """Pauses everything, what goes out, or the applying of what has come in."""

    help = "Pause the exchange with OrderFlow. Messages are still accepted and stored."
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("what", nargs="?", choices=Direction.values, default=Direction.ALL)
        parser.add_argument("--website", metavar="CODE", help="only with out: of one website")
        parser.add_argument("--reason", required=True, help="why; everybody reads it")
        parser.add_argument("--by", metavar="NAME", default=whoever(), help="who pauses it")
        end = parser.add_mutually_exclusive_group()
        end.add_argument("--minutes", type=int, help="it ends by itself after so many")
        end.add_argument(
            "--until", metavar="TIME", help="it ends by itself then: 2026-11-30 18:00, shop's time"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Pause it, and say what is paused now."""
        try:
            pause(
                Direction(options["what"]),
                reason=options["reason"],
                by=options["by"],
                website=website_of(options["website"]),
                until=_end_of(options),
            )
        except PauseRefused as refusal:
            raise CommandError(str(refusal)) from None
        for each in pauses_now():
            self.stdout.write(f"{Direction(each.direction).label}. {why_it_is_paused(each)}")


def website_of(code: str | None) -> Website | None:
    """Return the website with a code. Raises CommandError if there is none."""
    if not code:
        return None
    website = Website.objects.filter(code=code).first()
    if website is None:
        raise CommandError(f"There is no website {code}.")
    return website


def _end_of(options: dict[str, Any]) -> datetime | None:
    if options["minutes"] is not None:
        return clock.now() + timedelta(minutes=options["minutes"])
    if not options["until"]:
        return None
    try:
        until = datetime.fromisoformat(options["until"])
    except ValueError:
        raise CommandError("Give the end as 2026-11-30 18:00.") from None
    return until if timezone.is_aware(until) else until.replace(tzinfo=shop_zone())


def whoever() -> str:
    """Return the name of whoever types this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "the command line"
