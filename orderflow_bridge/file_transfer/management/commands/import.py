"""manage.py import: products, stock or orders from a CSV or Excel file."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orderflow_bridge.file_transfer.models import Change, FileImport, FileImportLine, Kind
from orderflow_bridge.file_transfer.services import confirm, unfinished, work_off_files
from orderflow_bridge.file_transfer.storage import FileTooLarge, store_file
from orderflow_bridge.stores.selectors import website_by_code

_CHUNK = 1024 * 1024
_SHOWN = 20


class Command(BaseCommand):
    """Import a file, or say what that would change."""

    help = (
        "Import products, stock or orders from a CSV or Excel file; docs/files.md has the columns."
        " A file whose import was interrupted is gone on with where it stopped."
    )
    requires_system_checks: list[str] = []  # they load every page

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("kind", choices=Kind.values)
        parser.add_argument("file", help="a CSV or .xlsx file; - reads standard input")
        parser.add_argument(
            "--dry-run", action="store_true", help="list what would change, and change nothing"
        )
        parser.add_argument(
            "--fields-enclosure",
            action="store_true",
            help='each value of additional_attributes is in quotes: color="red",size="S,L"',
        )
        parser.add_argument("--website", help="where rows belong that name no website (code)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Store, check, import; fail with the file's own errors."""
        website = website_by_code(options["website"]) if options["website"] else None
        if options["website"] and website is None:
            raise CommandError(f"There is no website {options['website']!r}.")
        try:
            stored = store_file(
                Kind(options["kind"]),
                Path(options["file"]).name,
                _chunks(options["file"]),
                website=website,
                is_enclosed=options["fields_enclosure"],
                username="manage.py",
            )
        except (OSError, FileTooLarge) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from None
        before = unfinished(stored)
        if before and not options["dry_run"]:
            stored.delete()
            stored = before
            done = f"{stored.records_done:,}"
            self.stdout.write(f"Going on with an interrupted import; {done} are done.")
        self._work(stored)
        if options["dry_run"]:
            self._report(stored, "would be ")
            stored.delete()
            return
        if stored.status == FileImport.Status.CHECKED:
            confirm(stored)
            self._work(stored)
        self._report(stored, "")

    def _work(self, stored: FileImport) -> None:
        """Do the phase that waits. Raises CommandError if that is not possible."""
        work_off_files([stored.pk])
        stored.refresh_from_db()
        if stored.status == FileImport.Status.REFUSED:
            raise CommandError(stored.refusal)
        if stored.last_error:
            raise CommandError(
                f"Interrupted: {stored.last_error} Run the same command to go on, or wait for the"
                " job orderflow_file_import."
            )

    def _report(self, stored: FileImport, mood: str) -> None:
        for note in stored.notes:
            self.stdout.write(note)
        lines = FileImportLine.objects.filter(file_import=stored, phase=stored.phase)
        changes = lines.exclude(change=Change.FAILED).order_by("id")
        failures = lines.filter(change=Change.FAILED).order_by("id")
        if mood:
            for line in changes[:_SHOWN]:
                change = line.get_change_display()
                self.stdout.write(f"row {line.row}: {change} {line.reference}: {line.text}")
            self._say_more(changes.count(), "changes")
        for line in failures[:_SHOWN]:
            self.stderr.write(f"row {line.row}: {line.reference}: {line.text}")
        self._say_more(stored.counts.get(str(int(Change.FAILED)), 0), "failures")
        counts = ", ".join(
            f"{stored.counts.get(str(int(change)), 0):,} {mood}{change.label.lower()}"
            for change in Change
        )
        self.stdout.write(f"{stored.get_kind_display()}: {counts}.")

    def _say_more(self, count: int, what: str) -> None:
        if count > _SHOWN:
            more = f"{count - _SHOWN:,} more {what}"
            self.stdout.write(f"… and {more}; the admin lists them under Files.")


def _chunks(name: str) -> Iterator[bytes]:
    if name == "-":
        yield from _read(sys.stdin.buffer)
        return
    with Path(name).open("rb") as file:
        yield from _read(file)


def _read(file: "IO[bytes]") -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
