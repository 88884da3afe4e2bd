"""`manage.py mapping show|export|import|try`: what OrderFlow gets under which key."""

import platform
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from exports.mapping_trials import Trial, try_latest, try_one
from orderflow_bridge.configuration.transfer.command import run_transfer
from orderflow_bridge.configuration.transfer.files import FileRefused, read_file
from orderflow_bridge.mapping import transfer
from orderflow_bridge.mapping.rows import Part, Row
from orderflow_bridge.mapping.selectors import Stored, stored_rows
from orderflow_bridge.mapping.tables import table_of
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import website_by_code


class Command(BaseCommand):
    """Show, carry and try the mapping that the admin shows under Configuration → Mappings."""

    help = "Show, export, import or try the mapping of the shop, or of one website."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        showing = actions.add_parser("show", help="show every row, or those of one part")
        trying = actions.add_parser("try", help="show what changes in the latest 100, and fails")
        trying.add_argument("reference", nargs="?", help="one product's SKU or order's number")
        trying.add_argument("--file", help="try this file's mapping against that of the shop")
        for each in (showing, trying):
            each.add_argument("--part", choices=Part.values, help="one part; else all")
            each.add_argument("--website", metavar="CODE", help="the website; else Default Config")
        exporting = actions.add_parser("export", help="write the mapping of all scopes to a file")
        exporting.add_argument(
            "file", nargs="?", default="-", help="where to; - is standard output"
        )
        importing = actions.add_parser("import", help="import a file, all or nothing")
        importing.add_argument("file", help="the file; - reads standard input")
        importing.add_argument("--dry-run", action="store_true", help="only show the difference")
        importing.add_argument(
            "--leave-out", action="store_true", help="import the rest if a row cannot be taken"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "import":
            run_transfer({**options, "secrets": False}, self.stdout, self.stderr)
        elif options["action"] == "export":
            self._export(options["file"])
        else:
            website = _website(options["website"])
            parts = [Part(options["part"])] if options["part"] else list(Part)
            if options["action"] == "show":
                self._show(parts, website)
            else:
                self._try(parts, website, options["reference"], options["file"])

    def _show(self, parts: list[Part], website: Website | None) -> None:
        stored = stored_rows()
        rows = [("PART", "KEY", "VALUE", "FROM")]
        for part in parts:
            for row in table_of(part, stored, website):
                said = ", ".join(filter(None, (row.value or "-", row.formats)))
                rows.append((str(part), row.key, said, row.source))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for each in rows:
            cells = (cell.ljust(width) for cell, width in zip(each, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())

    def _export(self, file: str) -> None:
        text = transfer.export_mapping(environment=platform.node())
        if file == "-":
            self.stdout.write(text)
        else:
            Path(file).write_text(text, encoding="utf-8")

    def _try(
        self, parts: list[Part], website: Website | None, reference: str | None, file: str | None
    ) -> None:
        """Compare the shop's mapping with the system values, or a file's with the shop's."""
        stored = stored_rows()
        before, after = (stored, _with_file(stored, file)) if file else ({}, stored)
        is_product = {part is Part.PRODUCT for part in parts}
        scope: dict[str, Any] = {"website": website, "before": before, "after": after}
        found = []
        for part in [Part.PRODUCT] * (True in is_product) + [Part.ORDER] * (False in is_product):
            if reference:
                trial = try_one(part, reference, **scope)
                found += [trial] if trial else []
                continue
            trials = try_latest(part, **scope)
            self.stdout.write(
                f"Of {trials.total} {trials.entities}, {trials.changed} would change and"
                f" {trials.failed} would fail."
            )
            found += [*trials.failures, *trials.examples]
        if reference and not found:
            raise CommandError(f"There is no product or order “{reference}”.")
        for trial in found:
            self._tell(trial)
        if any(trial.fails_now for trial in found):
            raise CommandError("Not everything could be written with this mapping.")

    def _tell(self, trial: Trial) -> None:
        self.stdout.write(f"{trial.reference}:{'' if trial.pairs else f' {trial.failure}'}")
        for pair in trial.changed:
            for sign, line in (("-", pair.before), ("+", pair.after)):
                if line:
                    self.stdout.write(f"  {sign} {line}")


def _website(code: str | None) -> Website | None:
    website = website_by_code(code) if code else None
    if code and website is None:
        raise CommandError(f"There is no website “{code}”.")
    return website


def _with_file(stored: Stored, file: str) -> Stored:
    """Return the rows as they would be with a file imported; what cannot be taken is left out."""
    try:
        content = read_file(Path(file).read_bytes())
    except (OSError, FileRefused) as error:
        raise CommandError(f"{file}: {error}") from error
    after = dict(stored)
    ids = {"": None, **dict(Website.objects.values_list("code", "pk"))}
    for scope, things in content.parts.get(transfer.NAME, {}).items():
        for key, value in things.items():
            try:
                definition = transfer.clean(scope, key, value, None)
            except ValidationError:
                continue
            part, name = transfer.split(key)
            place = ids.get(scope), part, name
            after.pop(place, None)
            if definition is not None and scope in ids:
                after[place] = Row.of(part, name, definition)
    return after
