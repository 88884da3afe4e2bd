"""Marking failed despatches as settled: somebody has seen to what left, or knows that none did."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from imports.models import ImportLine
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.problems.kinds import DESPATCH_FAILED
from orderflow_bridge.problems.services import open_problems, resolve

SETTLED = "Settled by"
_LONGEST_REASON = 500


def settle_despatches(report_ids: Sequence[int], *, by: User, note: str) -> int:
    """Settle the failed messages of these shipment imports; return how many were not before.

    The line keeps what had failed and says who settled it, when and how; its problem ends with the
    note. A message that is requeued afterwards is judged as any other.
    """
    words = f"{SETTLED} {by.get_username()} on {clock.now():%Y-%m-%d %H:%M} UTC: {note}"
    with transaction.atomic():
        lines = list(
            ImportLine.objects.select_for_update(of=("self",)).filter(
                parent__in=report_ids, parent__entity=Entity.SHIPMENT, result=Result.FAILURE
            )
        )
        settled = [line for line in lines if SETTLED not in line.reason]
        for line in settled:
            room = _LONGEST_REASON - len(words) - 1
            reason = f"{line.reason[: max(room, 0)]} {words}"[:_LONGEST_REASON]
            ImportLine.objects.filter(pk=line.pk, created_at=line.created_at).update(reason=reason)
        problems = open_problems(DESPATCH_FAILED).filter(
            evidence__import__in=[line.parent_id for line in settled]
        )
        resolve(problems, by=by, text=note)
    return len(settled)
