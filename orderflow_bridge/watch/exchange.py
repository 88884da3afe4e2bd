"""What keeps this installation from exchanging with OrderFlow: somebody's pause."""

from datetime import datetime

from django.urls import reverse

from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.selectors import pauses_now, why_it_is_paused
from orderflow_bridge.problems.kinds import EXCHANGE_PAUSED
from orderflow_bridge.problems.services import Finding, settle


def look_for_pauses(now: datetime) -> None:
    """Tell what is paused; it ends when it is resumed, or by itself."""
    settle(
        EXCHANGE_PAUSED,
        [
            Finding(
                EXCHANGE_PAUSED,
                f"{each.direction} {each.website or ''}".strip(),
                f"{Direction(each.direction).label} is paused. {why_it_is_paused(each)}",
                "Resume it when what it was for is done; nothing is lost meanwhile.",
                reverse("admin:exchange_pause_resume", args=[each.id]),
                website_id=each.website_id,
            )
            for each in pauses_now(now)
        ],
        now=now,
    )
