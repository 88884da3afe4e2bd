"""The first steps: ticked by facts, each leading to where it is done."""

from dataclasses import dataclass

from django.http import HttpRequest

from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.monitoring.facts import Facts
from orderflow_bridge.monitoring.models import ChecklistDismissal
from orderflow_bridge.watch.configuration import exported_by, missing_in_account


@dataclass(frozen=True)
class Item:
    """One step: what to do, where, and whether it is done."""

    title: str
    text: str
    url: str
    is_done: bool


@dataclass(frozen=True)
class Checklist:
    """The steps that a user may take."""

    items: list[Item]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(item.is_done for item in self.items)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return all(item.is_done for item in self.items)


def checklist(request: HttpRequest, facts: Facts, *, is_product_exported: bool) -> Checklist:
    """Return the first-run checklist of a user: the steps whose pages he may open."""
    exporting = [each for each in facts.websites if exported_by(each)]
    missing = [label for each in exporting for label in missing_in_account(each)]
    steps = [
        (
            "configuration.view_apisettings",
            Item(
                "Tell the bridge where OrderFlow is",
                "The Endpoint of API Settings, for every website that exports.",
                admin_url("configuration_apisettings_changelist"),
                bool(exporting) and "Endpoint" not in missing,
            ),
        ),
        (
            "configuration.view_apisettings",
            Item(
                "Enter login, organisation and channel",
                "Then press Test Connection: it tells which step fails, if one does.",
                admin_url("configuration_apisettings_changelist"),
                bool(exporting) and not [each for each in missing if each != "Endpoint"],
            ),
        ),
        (
            "auth.view_user",
            Item(
                "Give OrderFlow a user",
                "An active user with the role OrderFlow Import, for its stock and despatches.",
                admin_url("auth_user_changelist"),
                facts.is_endpoint_open,
            ),
        ),
        (
            "scheduler.view_jobrun",
            Item(
                "Let the schedules run",
                "Beat and a worker, or one line in the system's crontab; `manage.py run` has both.",
                admin_url("scheduler_jobrun_changelist"),
                facts.is_scheduler_alive,
            ),
        ),
        (
            "catalog.view_product",
            Item(
                "Export a test product",
                "Choose a product and press Export; it is done when OrderFlow has fetched it.",
                admin_url("catalog_product_changelist"),
                is_product_exported,
            ),
        ),
    ]
    return Checklist([item for right, item in steps if request.user.has_perm(right)])


def concerns(request: HttpRequest) -> bool:
    """Tell whether the checklist is for this user: for whoever may change the configuration."""
    return request.user.has_perm("configuration.change_apisettings")


def dismiss(request: HttpRequest) -> None:
    """Put the checklist away, for this user only."""
    ChecklistDismissal.objects.get_or_create(user_id=int(request.user.pk or 0))
