"""Holding messages that are a mass change, and telling of it, after their batch was rolled back."""

import logging
from collections.abc import Sequence
from dataclasses import asdict

from django.db import DatabaseError, transaction
from django.urls import reverse

from imports.inventory.mass_changes import MassChangeFound, take_turns
from imports.models import MassChange, StockWatch
from imports.selectors import held_mass_change
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import LeaseLost
from orderflow_bridge.problems.kinds import MASS_CHANGE
from orderflow_bridge.problems.services import Finding, raise_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import Claim, give_back_claims, hold_claims

logger = logging.getLogger(__name__)


def hold(found: MassChangeFound, claims: Sequence[Claim]) -> MassChange | None:
    """Hold these messages and raise the problem, in a transaction of its own.

    None if they are not held: another worker holds some already, so these wait in order, or has
    taken them over, or somebody has approved meanwhile. What cannot be written now is found again
    when the leases have ended.
    """
    try:
        with transaction.atomic():
            take_turns()
            if held_mass_change() is not None or _is_approved(found):
                give_back_claims(claims)
                return None
            hold_claims(claims)
            change = _record(found, claims)
            raise_problems([finding_of(change)])
    except (LeaseLost, DatabaseError):
        logger.exception("mass_change_not_held")
        return None
    logger.warning(
        "mass_change_held",
        extra={"mass_change": change.pk, "requests": change.request_ids, "items": change.items},
    )
    return change


def finding_of(change: MassChange) -> Finding:
    """Return what the list of problems says of a held mass change."""
    return Finding(
        MASS_CHANGE,
        ", ".join(change.source_codes)[:255],
        change.summary,
        "Look at what would change; then apply it, or discard it and let OrderFlow send its stock"
        " again.",
        reverse("admin:imports_masschange_change", args=(change.pk,)),
        count=sum(each["gone"] for each in change.sources),
        evidence={"mass_change": change.pk, "requests": change.request_ids},
    )


def _is_approved(found: MassChangeFound) -> bool:
    """Tell whether somebody has approved of all that was found since it was judged."""
    codes = [each.source_code for each in found.sources]
    approved = StockWatch.objects.filter(pk__in=codes, approved_until__gt=clock.now())
    return approved.count() == len(codes)


def _record(found: MassChangeFound, claims: Sequence[Claim]) -> MassChange:
    ids = [claim.id for claim in claims]
    senders = Request.objects.filter(pk__in=ids).order_by("received_by")
    return MassChange.objects.create(
        held_at=clock.now(),
        summary=str(found),
        sources=[asdict(each) for each in found.sources],
        items=found.loss.items,
        units=found.loss.units,
        value=found.loss.value,
        largest=found.loss.largest,
        request_ids=ids,
        message_ids=", ".join(claim.message_id for claim in claims if claim.message_id),
        received_by=", ".join(
            filter(None, senders.values_list("received_by", flat=True).distinct())
        ),
    )
