"""The filters of the list of problems: state, severity, kind, website, owner, time."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.filters import Choices, DateRange, Filter, Given, Part
from orderflow_bridge.problems.kinds import KINDS, Severity
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.selectors import is_snoozed
from orderflow_bridge.stores.models import Website

OPEN = Problem.State.OPEN
NOBODY = "none"


def in_state(state: str) -> Q:
    """Return the condition for problems that are open, snoozed or resolved now."""
    if state == Problem.State.RESOLVED:
        return Q(resolved_at__isnull=False)
    is_hidden = is_snoozed(clock.now())
    return Q(resolved_at__isnull=True) & (
        is_hidden if state == Problem.State.SNOOZED else ~is_hidden
    )


@dataclass(frozen=True)
class StateFilter(Choices):
    """Open, snoozed, resolved. An address that asks for none means those that are open."""

    def read(self, given: Given, inputs: Any) -> dict[str, str]:
        """Return the states asked for, else the open one, without a name."""
        return super().read(given, inputs) or {OPEN: ""}

    def condition(self, wanted: dict[str, str]) -> Q:
        """Take what is in any of the states."""
        return in_state(OPEN) if wanted == {OPEN: ""} else super().condition(wanted)

    def parts(self, wanted: dict[str, str]) -> list[Part]:
        """Return the states that were asked for."""
        return [] if wanted == {OPEN: ""} else super().parts(wanted)


def _websites(request: HttpRequest) -> list[tuple[Any, str]]:
    return list(Website.objects.values_list("pk", "name"))


def _owners(request: HttpRequest) -> list[tuple[Any, str]]:
    owners = User.objects.filter(pk__in=Problem.objects.values("owner")).order_by("username")
    return [(NOBODY, _("Nobody")), *owners.values_list("pk", "username")]


def _owned_by(value: str) -> Q:
    return Q(owner__isnull=True) if value == NOBODY else Q(owner=value)


FILTERS: tuple[Filter, ...] = (
    StateFilter(
        "resolved_at", gettext_lazy("State"), "state", in_state, choices=Problem.State.choices
    ),
    Choices("severity", gettext_lazy("Severity"), choices=Severity.choices),
    Choices(
        "kind", gettext_lazy("Kind"), choices=[(each.name, each.title) for each in KINDS.values()]
    ),
    Choices("website", gettext_lazy("Website"), choices=_websites),
    Choices("owner", gettext_lazy("Owner"), match=_owned_by, choices=_owners),
    DateRange("last_seen", gettext_lazy("Last Seen"), "last_seen"),
)
