"""`manage.py doctor`: is this installation sound? For people, and for deployment scripts."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orderflow_bridge.support.doctor import Line, examine
from orderflow_bridge.version import full_version


class Command(BaseCommand):
    """Print a line for each check; end with 1 if something critical is wrong."""

    help = "Checks everything that can be checked, and says what to do (docs/support.md)."
    # They are one of the checks.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --json, --strict and --offline."""
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--strict", action="store_true", help="a warning ends with 1, too")
        parser.add_argument(
            "--offline", action="store_true", help="ask neither OrderFlow nor the mail server"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at everything and say what was found."""
        lines = []
        for line in examine(is_offline=options["offline"]):
            lines.append(line)
            if not options["json"]:
                self.stdout.write(_text(line))
        wrong = [line for line in lines if line.trouble]
        fails = any(options["strict"] or line.state == "critical" for line in wrong)
        if options["json"]:
            document = {
                "version": full_version(),
                "healthy": not wrong,
                "checks": [_entry(line) for line in lines],
            }
            self.stdout.write(json.dumps(document, indent=2))
        else:
            found = f"{len(wrong)} thing{'s' * (len(wrong) > 1)} to do."
            self.stdout.write(found if wrong else "Nothing is wrong.")
        if fails:
            sys.exit(1)


def _text(line: Line) -> str:
    found = line.trouble
    if found is None:
        return f"ok        {line.check}"
    return f"{line.state:9} {found.name}: {found.text} → {found.remedy}"


def _entry(line: Line) -> dict[str, str]:
    found = line.trouble
    if found is None:
        return {"check": line.check, "state": line.state}
    return {
        "check": line.check,
        "state": line.state,
        "name": found.name,
        "text": found.text,
        "remedy": found.remedy,
    }
