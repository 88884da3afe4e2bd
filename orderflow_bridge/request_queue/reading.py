"""Who has read which report with failures: marks per user, never a shared one.

A mark says that one report was opened, a row "up to" that all older ones count as read too. What is
unread is found from the newest end of a partial index that holds reports with failures only.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.request_queue.history import History
from orderflow_bridge.request_queue.models import ReadMark, ReadUpTo

_Report = TypeVar("_Report", bound=History)
_Reader = AbstractBaseUser | AnonymousUser


def unread_failures(
    reports: QuerySet[_Report], user: _Reader, entities: Iterable[Entity]
) -> QuerySet[_Report]:
    """Narrow reports of one direction to those with failures that a user has not read, newest
    first. `entities` are those that he may see.
    """
    kind = reports.model.type
    marked = ReadMark.objects.filter(user=user.pk, type=kind, report_id=OuterRef("pk"))
    up_to = ReadUpTo.objects.filter(user=user.pk, type=kind).values("report_id")[:1]
    return reports.filter(
        ~Exists(marked),
        entity__in=list(entities),
        failures__gt=0,
        pk__gt=Coalesce(Subquery(up_to), 0),
    ).order_by("-pk")


def mark_read(user: _Reader, report: History) -> None:
    """Remember that a user has opened a report; one without failures calls for nobody anyway."""
    if report.failures and user.pk is not None:
        mark = ReadMark(user_id=user.pk, type=report.type, report_id=report.pk)
        ReadMark.objects.bulk_create([mark], ignore_conflicts=True)


@transaction.atomic
def mark_all_read(user: _Reader, kind: RequestType, up_to: int) -> None:
    """Let every report of a direction up to this id count as read by a user."""
    row, _ = ReadUpTo.objects.select_for_update().get_or_create(
        user_id=int(user.pk or 0), type=kind, defaults={"report_id": up_to}
    )
    if row.report_id < up_to:
        row.report_id = up_to
        row.save(update_fields=("report_id",))
    ReadMark.objects.filter(user=user.pk, type=kind, report_id__lte=row.report_id).delete()


def forget_marks(reports: QuerySet[_Report]) -> int:
    """Delete the marks of reports that the log cleaning has deleted; return how many.

    Reports go oldest first, so those that are older than the oldest are gone.
    """
    oldest = reports.order_by("pk").values_list("pk", flat=True).first()
    marks = ReadMark.objects.filter(type=reports.model.type)
    if oldest is None:
        oldest = (marks.aggregate(newest=Max("report_id"))["newest"] or 0) + 1
    return marks.filter(report_id__lt=oldest).delete()[0]
