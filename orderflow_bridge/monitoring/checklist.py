"""The first steps: ticked by facts, each leading to where it is done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.request import validate_host
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import SELF_TEST
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import Email, ProblemReports
from orderflow_bridge.configuration.selectors import email, problem_reports
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.monitoring.backups import good_backups
from orderflow_bridge.monitoring.facts import Facts
from orderflow_bridge.monitoring.models import ChecklistDismissal
from orderflow_bridge.monitoring.statistics import Counted, Wanted
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import TEST_REFERENCE, is_address, writes_files
from orderflow_bridge.sales.models import Despatch, Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.configuration import exported_by, missing_in_account

PRODUCT, ORDER, STOCK, DESPATCH = "product test", "order test", "stock test", "despatch test"
MAIL, BACKUP = "test mail", "back-up"


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
    def to_do(self) -> list[Item]:
        """The steps that are left."""
        return [item for item in self.items if not item.is_done]

    @property
    def taken(self) -> list[Item]:
        """The steps that are done."""
        return [item for item in self.items if item.is_done]

    @property
    def done(self) -> int:
        """How many steps are done."""
        return len(self.taken)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return not self.to_do


def evidence() -> dict[str, Wanted]:
    """Return what has to be looked for: the first row of each is enough."""
    fetched = {"orderflow_export_date__isnull": False}
    figures = SourceItem.objects.filter(last_sequence_id__isnull=False)
    mails = OutgoingMail.objects.filter(reference=TEST_REFERENCE, status=OutgoingMail.Status.SENT)
    wanted: dict[str, tuple[QuerySet[Any], str]] = {
        PRODUCT: (ProductWebsite.objects.filter(**fetched), "orderflow_export_date"),
        ORDER: (Order.objects.filter(**fetched), "orderflow_export_date"),
        STOCK: (figures.exclude(product__sku_key=SELF_TEST), "updated_at"),
        DESPATCH: (Despatch.objects.all(), "created_at"),
        MAIL: (mails, "created_at"),
        BACKUP: (good_backups(), "made_at"),
    }
    return {
        name: Wanted(rows.order_by(), column, most=1) for name, (rows, column) in wanted.items()
    }


def checklist(request: HttpRequest, facts: Facts, counts: Mapping[str, Counted]) -> Checklist:
    """Return the first-run checklist of a user: the steps whose pages he may open.

    `counts` are those of `evidence`.
    """
    items = [item for right, item in _steps(facts, counts) if request.user.has_perm(right)]
    return Checklist(items)


def _steps(facts: Facts, counts: Mapping[str, Counted]) -> Iterator[tuple[str, Item]]:
    """Yield every step with the right that its page takes."""
    exporting = [each for each in facts.websites if exported_by(each)]
    missing = [label for each in exporting for label in missing_in_account(each)]
    seen = {name: bool(found.count) for name, found in counts.items()}
    yield (
        "configuration.view_apisettings",
        Item(
            _("Tell the bridge where OrderFlow is"),
            _("The Endpoint of API Settings, for every website that exports."),
            admin_url("configuration_apisettings_changelist"),
            bool(exporting) and "Endpoint" not in missing,
        ),
    )
    yield (
        "configuration.view_apisettings",
        Item(
            _("Enter login, organisation and channel"),
            _("Then press Test Connection: it tells which step fails, if one does."),
            admin_url("configuration_apisettings_changelist"),
            bool(exporting) and not [each for each in missing if each != "Endpoint"],
        ),
    )
    yield (
        "auth.view_user",
        Item(
            _("Give OrderFlow a user"),
            _("An active user with the role OrderFlow Import, for its stock and despatches."),
            admin_url("auth_user_changelist"),
            facts.is_endpoint_open,
        ),
    )
    yield (
        "configuration.view_problemreports",
        Item(
            _("Give the bridge its own address"),
            _("https as Base URL, and its name in BRIDGE_ALLOWED_HOSTS, which must not be “*”."),
            section_url(ProblemReports),
            has_own_address(),
        ),
    )
    yield (
        "scheduler.view_jobrun",
        Item(
            _("Let the schedules run"),
            _("Beat and a worker, or one line in the system's crontab; `manage.py run` has both."),
            admin_url("scheduler_jobrun_changelist"),
            facts.is_scheduler_alive,
        ),
    )
    yield (
        "configuration.view_emailsettings",
        Item(
            _("Have a test e-mail arrive"),
            _(
                "An Admin Email for every website that exports, then Send A Test E-mail: by a mail"
                " server, which EMAIL_URL names."
            ),
            section_url(Email),
            seen[MAIL] and not writes_files() and all(map(_has_admin_email, exporting)),
        ),
    )
    yield (
        "dashboard.view_backup",
        Item(
            _("Make a back-up, and have it recorded"),
            _("Of the database and its keys; the last one is to be no older than a week."),
            admin_url("dashboard_backup_changelist"),
            seen[BACKUP],
        ),
    )
    yield from _tests(seen)


def _tests(seen: Mapping[str, bool]) -> Iterator[tuple[str, Item]]:
    """Yield the guide's own four tests: product, order, stock, despatch."""
    yield (
        "catalog.view_product",
        Item(
            _("Export a test product"),
            _("Choose a product and press Export; it is done when OrderFlow has fetched it."),
            admin_url("catalog_product_changelist"),
            seen[PRODUCT],
        ),
    )
    yield (
        "sales.view_order",
        Item(
            _("Export a test order"),
            _("Of that product; it is done when OrderFlow has fetched it."),
            admin_url("sales_order_changelist"),
            seen[ORDER],
        ),
    )
    yield (
        "imports.view_inventoryimport",
        Item(
            _("Receive a stock figure"),
            _(
                "Change the product's stock in OrderFlow; it is done when the figure is applied"
                " here."
            ),
            admin_url("imports_inventoryimport_changelist"),
            seen[STOCK],
        ),
    )
    yield (
        "imports.view_shipmentimport",
        Item(
            _("Receive a despatch"),
            _("Despatch the test order in OrderFlow; it is done when the shipment is booked here."),
            admin_url("imports_shipmentimport_changelist"),
            seen[DESPATCH],
        ),
    )


def has_own_address() -> bool:
    """Tell whether the bridge knows its public address, encrypted, and answers to no other name."""
    address = urlsplit(problem_reports().base_url)
    allowed = list(settings.ALLOWED_HOSTS)
    is_named = "*" not in allowed and validate_host((address.hostname or "").lower(), allowed)
    return address.scheme == "https" and is_named


def _has_admin_email(website: Website) -> bool:
    return is_address(email(website).admin_email)


def concerns(request: HttpRequest) -> bool:
    """Tell whether the checklist is for this user: for whoever may change the configuration."""
    return request.user.has_perm("configuration.change_apisettings")


def dismiss(request: HttpRequest) -> None:
    """Put the checklist away, for this user only."""
    ChecklistDismissal.objects.get_or_create(user_id=int(request.user.pk or 0))
