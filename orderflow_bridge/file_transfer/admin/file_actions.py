"""What can be done to a file: confirm it, stop it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.file_transfer import services
from orderflow_bridge.file_transfer.models import Change, FileImport
from orderflow_bridge.file_transfer.rights import may_import
from orderflow_bridge.file_transfer.tasks import wake

Status = FileImport.Status


def confirm_question(request: HttpRequest, record: FileImport) -> str:
    """Ask with the counts of the dry run."""
    counts = {change: record.checked.get(str(int(change)), 0) for change in Change}
    return (
        f"Import this file? {counts[Change.CREATED]:,} would be created,"
        f" {counts[Change.UPDATED]:,} updated, {counts[Change.UNCHANGED]:,} stay unchanged;"
        f" {counts[Change.FAILED]:,} cannot be taken and are left out."
    )


def confirm(request: HttpRequest, record: FileImport) -> None:
    """Have a checked file imported, and wake a worker."""
    _check(request, record)
    try:
        services.confirm(record)
    except ActionNotAvailable as error:
        messages.warning(request, str(error))
        return
    wake(record.pk)
    messages.success(request, "The import has begun.")


def cancel(request: HttpRequest, record: FileImport) -> None:
    """Stop a file."""
    _check(request, record)
    try:
        services.cancel(record)
    except ActionNotAvailable as error:
        messages.warning(request, str(error))
        return
    messages.success(request, "The file was stopped.")


def _check(request: HttpRequest, record: FileImport) -> None:
    if not may_import(request, record.kind):
        raise PermissionDenied


CONFIRM = RecordAction(
    slug="confirm",
    title="Import",
    question=confirm_question,
    run=confirm,
    is_offered=lambda record: record.status == Status.CHECKED,
    icon="check",
)
CANCEL = RecordAction(
    slug="cancel",
    title="Stop",
    question="Stop this file? What has been imported stays as it is.",
    run=cancel,
    is_offered=lambda record: record.status in (Status.CHECKING, Status.CHECKED, Status.IMPORTING),
    icon="block",
)
