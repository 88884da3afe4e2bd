"""What keeps this installation from exchanging with OrderFlow: a pause, or that it is a copy."""

from datetime import datetime

from django.urls import reverse

from orderflow_bridge.common.worded import joined, named, worded
from orderflow_bridge.exchange.environment import why_copy
from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.selectors import environment, pauses_now, why_it_is_paused
from orderflow_bridge.problems.kinds import COPY, EXCHANGE_PAUSED
from orderflow_bridge.problems.services import Finding, settle


def look_whose_database_this_is(now: datetime) -> None:
    """Tell that this is a copy of another installation; it ends when it is adopted."""
    found = environment()
    why = why_copy(found)
    subject = f"{found.remembered or 'unnamed'} as {found.named or 'unnamed'}"
    findings = [Finding(COPY, subject, why, worded("Set BRIDGE_ENVIRONMENT right, or run adopt."))]
    settle(COPY, findings if why else [], now=now)


def look_for_pauses(now: datetime) -> None:
    """Tell what is paused; it ends when it is resumed, or by itself."""
    settle(
        EXCHANGE_PAUSED,
        [
            Finding(
                EXCHANGE_PAUSED,
                f"{each.direction} {each.website or ''}".strip(),
                joined(
                    [
                        worded("%(what)s is paused.", what=named(Direction(each.direction).label)),
                        why_it_is_paused(each),
                    ]
                ),
                worded("Resume it when what it was for is done; nothing is lost meanwhile."),
                reverse("admin:exchange_pause_resume", args=[each.id]),
                website_id=each.website_id,
            )
            for each in pauses_now(now)
        ],
        now=now,
    )
