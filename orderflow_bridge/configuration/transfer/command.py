"""`manage.py config export|diff|import|restore`: configuration files on the command line."""

import getpass
import os
import platform
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, OutputWrapper

from orderflow_bridge.configuration.kinds import DateTime
from orderflow_bridge.configuration.models import Transfer
from orderflow_bridge.configuration.transfer.files import FileRefused, read_file
from orderflow_bridge.configuration.transfer.parts import parts
from orderflow_bridge.configuration.transfer.plans import Plan, scope_names
from orderflow_bridge.configuration.transfer.services import (
    environment_of,
    export_file,
    import_transfer,
    offer_file,
    offer_state_at,
    offer_what_was_before,
    plan_of_transfer,
)

ACTIONS = ("export", "diff", "import", "restore")
_PASSPHRASE = "BRIDGE_CONFIG_PASSPHRASE"  # noqa: S105  # the name of a variable


def add_transfer_arguments(actions: Any) -> None:
    """Declare the actions beside those on single settings."""
    exporting = actions.add_parser("export", help="write all configuration into one file")
    exporting.add_argument("file", nargs="?", default="-", help="where to; - is standard output")
    exporting.add_argument("--part", action="append", default=[], help="only this part")
    exporting.add_argument("--secrets", action="store_true", help="encrypt and take secrets along")
    comparing = actions.add_parser("diff", help="show what importing a file would change")
    importing = actions.add_parser("import", help="import a file, all or nothing")
    for each in (comparing, importing):
        each.add_argument("file", help="the file; - reads standard input")
        each.add_argument("--secrets", action="store_true", help="decrypt and take secrets along")
    restoring = actions.add_parser("restore", help="go back to an earlier state")
    which = restoring.add_mutually_exclusive_group(required=True)
    which.add_argument("--at", metavar="TIME", help="what the settings were, in the shop's zone")
    which.add_argument("--before", metavar="NUMBER", type=int, help="what an import had found")
    _add_writing(importing)
    _add_writing(restoring)


def run_transfer(options: dict[str, Any], out: OutputWrapper, err: OutputWrapper) -> None:
    """Do what was asked for. Raises CommandError with the reason where that is not possible."""
    try:
        if options["action"] == "export":
            _export(options, out)
        elif options["action"] == "restore":
            _import(_earlier(options), options, out, err)
        else:
            _import(_offered(options), options, out, err)
    except FileRefused as refusal:
        raise CommandError(str(refusal)) from refusal
    except OSError as error:
        raise CommandError(f"{options['file']}: {error.strerror or error}") from error


def _add_writing(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="show the difference, and stop")
    parser.add_argument(
        "--leave-out", action="store_true", help="import the rest if something cannot be taken"
    )


def _export(options: dict[str, Any], out: OutputWrapper) -> None:
    passphrase = _passphrase(twice=True) if options["secrets"] else ""
    text = export_file(
        environment=environment_of(platform.node()), passphrase=passphrase, only=options["part"]
    )
    if options["file"] == "-":
        out.write(text)
    else:
        Path(options["file"]).write_text(text, encoding="utf-8")


def _offered(options: dict[str, Any]) -> Transfer:
    path = options["file"]
    raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    passphrase = _passphrase() if options["secrets"] else ""
    return offer_file(read_file(raw, passphrase=passphrase), name=Path(path).name)


def _earlier(options: dict[str, Any]) -> Transfer:
    if options["before"] is None:
        return offer_state_at(_datetime(options["at"]))
    transfer = Transfer.objects.filter(pk=options["before"]).first()
    if transfer is None:
        raise CommandError(f"There is no import number {options['before']}.")
    return offer_what_was_before(transfer)


def _datetime(text: str) -> datetime:
    try:
        at: datetime = DateTime().parse(text)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from error
    return at


def _import(
    transfer: Transfer, options: dict[str, Any], out: OutputWrapper, err: OutputWrapper
) -> None:
    """Show the difference and import it, unless only the difference is wanted."""
    plan = plan_of_transfer(transfer)
    _show(plan, transfer, out, err)
    if options["action"] == "diff" or options["dry_run"]:
        transfer.delete()
        return
    try:
        import_transfer(transfer, by=None, seen=plan.digest, leave_out=options["leave_out"])
    except FileRefused:
        transfer.delete()
        raise
    out.write(f"Imported as number {transfer.pk}: changes {len(plan.changes)}.\n")


def _show(plan: Plan, transfer: Transfer, out: OutputWrapper, err: OutputWrapper) -> None:
    names, known = scope_names(), parts()
    for note in transfer.notes.splitlines():
        err.write(f"{note}\n")
    for each in plan.problems:
        title = str(known[each.part].title) if each.part in known else each.part
        place = ", ".join(filter(None, (title, names.get(each.scope, each.scope), each.key)))
        err.write(f"! {place}: {each.text}\n")
    for row in plan.rows():
        out.write(f"{row.part}, {row.scope}, {row.name}: {row.before} → {row.after}\n")
    if not plan.changes:
        out.write("No difference.\n")


def _passphrase(*, twice: bool = False) -> str:
    """Return the passphrase, from the environment or by asking."""
    found = os.environ.get(_PASSPHRASE) or getpass.getpass("Passphrase: ")
    if twice and _PASSPHRASE not in os.environ and getpass.getpass("Again: ") != found:
        raise CommandError("The passphrases differ.")
    if not found:
        raise CommandError("Give a passphrase.")
    return found
