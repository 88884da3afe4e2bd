"""Carry the configuration from shop to shop, and back to what it was.

A file, an earlier state, or what an import found: each becomes a Transfer, whose plan is looked at
and then imported, in one transaction, exactly as it was shown.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy, in_english
from orderflow_bridge.configuration.models import Transfer
from orderflow_bridge.configuration.transfer.files import (
    ConfigurationFile,
    FileRefused,
    kept_text,
    write_file,
)
from orderflow_bridge.configuration.transfer.parts import Change, State, parts
from orderflow_bridge.configuration.transfer.plans import Plan, plan_of

_UNDECIDED_KEPT = timedelta(days=7)
_CHANGED_MEANWHILE = gettext_lazy(
    "Something has changed here since the difference was shown. Nothing was imported: look again."
)


def environment_of(host: str) -> str:
    """Return where a file is written: the environment's name, if it has one, and the host."""
    return " at ".join(filter(None, (settings.BRIDGE_ENVIRONMENT, host)))


def export_file(*, environment: str, passphrase: str = "", only: Collection[str] = ()) -> str:
    """Return the text of a file with all parts, or with `only` these.

    `environment` says in the file where it was written. Raises FileRefused for a part that does not
    exist, and for a passphrase that is too short.
    """
    if unknown := sorted({*only} - parts().keys()):
        raise FileRefused(
            _("There is no part “%(part)s”. There are: %(names)s.")
            % {"part": unknown[0], "names": ", ".join(parts())}
        )
    states = {name: part.read() for name, part in parts().items() if not only or name in only}
    content = ConfigurationFile(states, environment=environment)
    return write_file(content, at=timezone.now(), passphrase=passphrase)


def offer_file(content: ConfigurationFile, *, name: str, by: User | None = None) -> Transfer:
    """Keep a file that was read, for somebody to look at what it would change."""
    told = (content.environment, content.bridge and f"bridge {content.bridge}", content.date)
    origin = ", ".join(filter(None, told))
    return _offer(content.parts, name=name, by=by, origin=origin)


def offer_state_at(at: datetime, *, by: User | None = None) -> Transfer:
    """Keep what had been before everything that was changed since a time (aware)."""
    wanted: dict[str, State] = {}
    notes: list[str] = []
    for name, part in parts().items():
        if part.at is not None:
            with in_english():  # the notes are kept
                wanted[name], told = part.at(at)
            notes += told
    name = f"State of {timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
    return _offer(wanted, name=name, by=by, notes="\n".join(notes))


def offer_what_was_before(transfer: Transfer, *, by: User | None = None) -> Transfer:
    """Keep what an import had found, to be put back."""
    return _offer(before_of(transfer), name=f"Before “{transfer.name}”"[:255], by=by)


def content_of(transfer: Transfer) -> dict[str, State]:
    """Return what a transfer says."""
    content: dict[str, State] = json.loads(transfer.content)
    return content


def before_of(transfer: Transfer) -> dict[str, State]:
    """Return what an import had found. Raises FileRefused for one that has not been imported."""
    if not transfer.before:
        raise FileRefused(_("This file has not been imported: there is nothing to put back."))
    before: dict[str, State] = json.loads(transfer.before)
    return before


def plan_of_transfer(transfer: Transfer, by: User | None = None) -> Plan:
    """Return what importing it now would change."""
    return plan_of(content_of(transfer), by)


@transaction.atomic
def import_transfer(
    transfer: Transfer, *, by: User | None, seen: str, leave_out: bool = False
) -> Plan:
    """Write what a transfer says, in one transaction; return what was written.

    `seen` is the digest of the plan that was looked at: any other is refused. Things that cannot be
    taken refuse the whole, unless they may be left out. Raises FileRefused with the reason; then
    nothing is written.
    """
    locked = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if locked.imported_at:
        raise FileRefused(_("This has been imported already."))
    plan = plan_of_transfer(locked, by)
    if plan.digest != seen:
        raise FileRefused(str(_CHANGED_MEANWHILE))
    if plan.problems and not leave_out:
        raise FileRefused(_("Some of it cannot be taken. Nothing was imported."))
    expected = _overlaid({name: part.read() for name, part in parts().items()}, plan.changes)
    for name, part in parts().items():
        if own := [each for each in plan.changes if each.part == name]:
            try:
                part.write(own, by)
            except ValidationError as error:
                raise FileRefused(" ".join(error.messages)) from error
    _check_written(expected)
    locked.before = kept_text(_before(plan.changes))
    locked.changes, locked.imported_at, locked.imported_by = len(plan.changes), timezone.now(), by
    locked.save()
    return plan


def _offer(
    wanted: Mapping[str, State],
    *,
    name: str,
    by: User | None,
    origin: str = "",
    notes: str = "",
) -> Transfer:
    """Keep what may be imported, and forget what nobody decided upon for a week."""
    long_ago = timezone.now() - _UNDECIDED_KEPT
    Transfer.objects.filter(imported_at=None, created_at__lt=long_ago).delete()
    return Transfer.objects.create(
        created_by=by, name=name[:255], origin=origin, notes=notes, content=kept_text(wanted)
    )


def _overlaid(
    states: Mapping[str, State], changes: Collection[Change]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return states as they are to be after changes."""
    after = {
        name: {scope: dict(things) for scope, things in state.items()}
        for name, state in states.items()
    }
    for each in changes:
        after[each.part].setdefault(each.scope, {})[each.key] = each.after
    return after


def _before(changes: Collection[Change]) -> Mapping[str, State]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for each in changes:
        found.setdefault(each.part, {}).setdefault(each.scope, {})[each.key] = each.before
    return found


def _check_written(expected: Mapping[str, State]) -> None:
    """Raise FileRefused if anything else came about than was shown, so that all is undone."""
    for name, state in expected.items():
        if _there(parts()[name].read()) != _there(state):
            raise FileRefused(
                _(
                    "Writing “%(title)s” would change more than was shown, or not what was shown. "
                    "Nothing was imported."
                )
                % {"title": parts()[name].title}
            )


def _there(state: State) -> dict[tuple[str, str], Any]:
    """Return what there is of a state; what is not there may be named or not."""
    return {
        (scope, key): value
        for scope, things in state.items()
        for key, value in things.items()
        if value is not None
    }
