"""manage.py export: products, stock or orders into a CSV or Excel file."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.writing import export_chunks, file_format
from orderflow_bridge.stores.selectors import website_by_code


class Command(BaseCommand):
    """Export a file that the import reads again."""

    help = "Export products, stock or orders; imported again, the file changes nothing."
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("kind", choices=Kind.values)
        parser.add_argument("file", nargs="?", default="-", help=".csv or .xlsx; else stdout")
        parser.add_argument("--website", help="only what belongs to this website (code)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file; it appears whole or not at all."""
        website = website_by_code(options["website"]) if options["website"] else None
        if options["website"] and website is None:
            raise CommandError(f"There is no website {options['website']!r}.")
        name = options["file"]
        chunks = export_chunks(options["kind"], format=file_format(name), website=website)
        if name == "-":
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            return
        path = Path(name)
        draft = path.with_name(f"{path.name}.part")
        try:
            with draft.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
            draft.replace(path)
        except OSError as error:
            raise CommandError(f"{name} cannot be written: {error}") from None
        self.stderr.write(f"{name}: {path.stat().st_size:,} bytes.")
