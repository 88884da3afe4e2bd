"""`manage.py diagnostics`: the archive for whoever supports this installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orderflow_bridge.support.diagnostics import archive, archive_name, contents


class Command(BaseCommand):
    """Say what will be in it, then write the archive."""

    help = "Writes one archive for support, without secrets and people's data (docs/support.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --output and --list."""
        parser.add_argument("--output", type=Path, help="the file to write, or its folder")
        parser.add_argument("--list", action="store_true", help="only say what would be in it")

    def handle(self, *args: Any, **options: Any) -> None:
        """List the contents; write the file."""
        self.stdout.write(contents())
        if options["list"]:
            return
        target = options["output"] or Path.cwd()
        file = target / archive_name() if target.is_dir() else target
        try:
            file.write_bytes(archive())
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"Written: {file}")
