"""Integrations whose last day is near, or over: whoever uses them is refused then."""

from datetime import datetime, timedelta

from django.urls import reverse

from orderflow_bridge.access.integrations.models import Integration
from orderflow_bridge.access.integrations.selectors import ending_integrations
from orderflow_bridge.common.worded import worded, worded_day
from orderflow_bridge.jobs.selectors import shop_zone
from orderflow_bridge.problems.kinds import INTEGRATION_ENDS
from orderflow_bridge.problems.services import Finding, settle

TOLD_BEFORE = timedelta(days=14)
# One that has been over for so long is missed by nobody.
TOLD_AFTER = timedelta(days=7)


def look_for_ending_integrations(now: datetime) -> None:
    """Tell of integrations that end soon; it ends with a later end, with a revocation, or a week
    after. Takes one statement.
    """
    settle(INTEGRATION_ENDS, integration_findings(now), now=now)


def integration_findings(now: datetime) -> list[Finding]:
    """Return a finding for each active integration whose end is near, or has just been."""
    near = ending_integrations().filter(
        ends_at__lte=now + TOLD_BEFORE, ends_at__gt=now - TOLD_AFTER
    )
    return [_finding(each, each.ends_at, now) for each in near if each.ends_at]


def _finding(integration: Integration, ends_at: datetime, now: datetime) -> Finding:
    last = (ends_at - timedelta(seconds=1)).astimezone(shop_zone()).date()
    values = {"name": integration.name, "day": worded_day(last, "month")}
    return Finding(
        INTEGRATION_ENDS,
        integration.name,
        worded(
            "The last day of the integration %(name)s was %(day)s; after it all its calls are"
            " refused.",
            **values,
        )
        if ends_at <= now
        else worded(
            "The last day of the integration %(name)s is %(day)s; after it all its calls are"
            " refused.",
            **values,
        ),
        worded("Set a later Last Day of Access, or revoke it when its work is done."),
        reverse("admin:integrations_integration_change", args=[integration.pk]),
    )
