"""Files of long lists: asked for, made in the background, stopped.

A worker borrows the export and reads the list as its reader would see it now: same filters, search,
order and columns, by the rights that he has at that moment, in the language that he has chosen.
Pieces are stored as they come; what a killed worker left is thrown away and the file made anew, and
it is offered only when it is whole.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from orderflow_bridge.access.backends import RememberingBackend
from orderflow_bridge.access.models import ChosenLanguage
from orderflow_bridge.access.people import reads
from orderflow_bridge.common import clock, leases
from orderflow_bridge.common.exceptions import ActionNotAvailable, LeaseLost
from orderflow_bridge.common.people import are_hidden, hiding
from orderflow_bridge.configuration.selectors import general
from orderflow_bridge.console.apps import load_pages
from orderflow_bridge.console.bridge_admin import BridgeAdmin
from orderflow_bridge.console.grids import downloads
from orderflow_bridge.console.grids.changelist import Grid
from orderflow_bridge.console.naming import list_name
from orderflow_bridge.console.reader import reading
from orderflow_bridge.file_transfer.models import ListExport, ListExportPart
from orderflow_bridge.file_transfer.storage import pieces

Status = ListExport.Status

MOST_ATTEMPTS = 5
NO_RIGHT = gettext_noop(
    "You may no longer see this list. Ask for the right to view it, then export it again."
)
_NO_USER = gettext_noop("Whoever asked for this file may no longer sign in.")
_NO_LIST = gettext_noop("This list does not exist any more in this version. Export another one.")
_NOT_READABLE = gettext_noop(
    "The list's filters cannot be read any more. Open it, filter it, and export again."
)

logger = logging.getLogger(__name__)


class _Refused(Exception):
    """The file cannot be made, however often it is tried; the text says what to do."""


def list_admin(grid: str) -> BridgeAdmin | None:
    """Return the admin of a list that has files, by its name ("catalog.product"), or None."""
    load_pages()
    try:
        found = admin.site._registry.get(apps.get_model(grid))
        has_files = isinstance(found, BridgeAdmin) and bool(found.download_urls())
    except (LookupError, ValueError, NoReverseMatch):
        return None
    return cast(BridgeAdmin, found) if has_files else None


def shown_title(export: ListExport) -> str:
    """Return what the list is called in the reader's language; it is kept in English."""
    found = list_admin(export.grid)
    return list_name(found.opts, found.list_title) if found else export.title


@contextmanager
def read_by(user: Any, model_admin: BridgeAdmin, query: str) -> Iterator[HttpRequest]:
    """Read a list as this user sees it, in the shop's time zone; yields the request for it."""
    options = model_admin.opts
    request = HttpRequest()
    request.method = "GET"
    request.path = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    request.path_info = request.path
    request.GET = QueryDict(query)
    request.user = user
    zone = ZoneInfo(general().timezone)
    with hiding(hidden=False), reading(request), timezone.override(zone):
        reads(user, is_safe=True)
        yield request


def ask_for(user: Any, grid: Grid, kind: str) -> ListExport:
    """Return the export of this list, new, or the same one if it is being made already.

    Title and filters are kept as the list says them, so it should be read in English.
    """
    asked = {"user": user, "grid": grid.grid_name, "kind": kind, "query": grid.state}
    at_work = ListExport.objects.filter(**asked, status=Status.WORKING).order_by("-id").first()
    return at_work or ListExport.objects.create(
        **asked,
        title=str(grid.title)[:255],
        filters=", ".join(chip.text for chip in grid.chips),
    )


def cancel(export: ListExport) -> None:
    """Stop an export and throw away what there is of it. Raises ActionNotAvailable if it is done.

    The raised fence keeps the worker that has borrowed it from writing anything more.
    """
    with transaction.atomic():
        stopped = ListExport.objects.filter(pk=export.pk, status=Status.WORKING).update(
            status=Status.CANCELED,
            fence=F("fence") + 1,
            claimed_until=None,
            finished_at=timezone.now(),
        )
        if not stopped:
            raise ActionNotAvailable(gettext_noop("This file is not being made any more."))
        ListExportPart.objects.filter(list_export=export).delete()
    export.refresh_from_db()


def work_off_list_exports(ids: Sequence[int] | None = None) -> list[int]:
    """Make the files that wait, or exactly those of `ids`; return the ids worked on.

    Must not be called inside a transaction. One that raises is put off with its error, a few times,
    and holds up no other.
    """
    waiting = ListExport.objects.filter(status=Status.WORKING).order_by("id")
    seen: list[int] = []
    for found in leases.claim_each(waiting, ids=ids):
        seen.append(found.pk)
        _work(found)
    return seen


def _work(found: ListExport) -> None:
    try:
        _make(found)
    except LeaseLost:
        logger.warning("list_export_lease_lost", extra={"list_export": found.pk})
    except _Refused as error:
        _fail(found, str(error))
    except Exception as error:
        logger.exception("list_export_failed", extra={"list_export": found.pk})
        reason = f"{type(error).__name__}: {error}"
        if found.attempts < MOST_ATTEMPTS:
            leases.put_off(found, error=reason)
        else:
            _fail(found, _given_up(reason))


def _make(found: ListExport) -> None:
    """Make the whole file of a borrowed export."""
    if found.attempts > MOST_ATTEMPTS:  # its workers were killed, each time
        raise _Refused(_given_up(found.last_error))
    user, model_admin = RememberingBackend().get_user(found.user_id), list_admin(found.grid)
    if user is None:
        raise _Refused(_NO_USER)
    if model_admin is None:
        raise _Refused(_NO_LIST)
    with (
        translation.override(_language_of(found)),
        read_by(user, model_admin, found.query) as request,
    ):
        if not model_admin.has_view_or_change_permission(request):
            raise _Refused(NO_RIGHT)
        try:
            grid = model_admin.get_changelist_instance(request)
        except IncorrectLookupParameters:
            raise _Refused(_NOT_READABLE) from None
        _write(found, grid)


def _language_of(found: ListExport) -> str:
    """Return the language that the file's reader has chosen; without a choice it is English."""
    chosen = ChosenLanguage.objects.filter(user_id=found.user_id)
    return chosen.values_list("language", flat=True).first() or settings.LANGUAGE_CODE


def _write(found: ListExport, grid: Grid) -> None:
    """Store the file piece by piece; each is ours only as long as the lease is."""
    most = downloads.most_rows(found.kind)
    total = grid.queryset.order_by()[: most + 1].count()
    _begin(found, rows_total=min(total, most), rows_done=0, shows_people=not are_hidden())
    rows = _counted(found, downloads.capped(downloads.batches(grid), most))
    file = downloads.file_parts(
        found.kind, [str(title) for title in downloads.titles_of(grid)], rows
    )
    size = 0
    for position, content in enumerate(pieces(file)):
        with transaction.atomic():
            leases.hold(found)
            ListExportPart.objects.create(list_export=found, position=position, content=content)
        size += len(content)
    leases.give_back(
        found, status=Status.DONE, size=size, finished_at=timezone.now(), last_error=""
    )


def _begin(found: ListExport, **values: Any) -> None:
    """Throw away what a worker that was killed has left."""
    with transaction.atomic():
        leases.hold(found)
        ListExportPart.objects.filter(list_export=found).delete()
        leases.describe(found, **values)


def _counted(found: ListExport, batches: Iterator[Any]) -> Iterator[Any]:
    """Yield batches of rows, and write down how many there were; it lengthens the lease, too.

    Raises LeaseLost when somebody has stopped the export meanwhile.
    """
    done = 0
    for batch in batches:
        yield batch
        done = min(done + len(batch), downloads.most_rows(found.kind))
        leases.describe(found, rows_done=done, claimed_until=clock.now() + leases.LEASE)


def _fail(found: ListExport, reason: str) -> None:
    """End a borrowed export without a file, unless somebody else has it by now."""
    try:
        with transaction.atomic():
            leases.give_back(
                found, status=Status.FAILED, failure=reason, finished_at=timezone.now()
            )
            ListExportPart.objects.filter(list_export=found).delete()
    except LeaseLost:
        logger.warning("list_export_lease_lost", extra={"list_export": found.pk})


def _given_up(reason: str) -> str:
    because = f" ({reason})" if reason else ""
    return (
        f"The file could not be made in {MOST_ATTEMPTS} attempts{because}. Narrow the list by"
        " filters and export it again; if that fails, too, tell whoever runs the bridge."
    )
