"""Which orders and products are exported, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.declarations import Scope, Section, setting
from orderflow_bridge.configuration.kinds import (
    Count,
    Cron,
    DateTime,
    OneOf,
    StoreView,
    Text,
    YesNo,
)
from orderflow_bridge.configuration.status_kind import Statuses

_EVERY_MINUTE = "* * * * *"


class ExportMode(models.TextChoices):
    """How OrderFlow gets an entity: told of it, it fetches; or it is sent the document."""

    NOTIFY = "notify", _("Notify")
    PUSH = "push", _("Push")


# What exports of orders and of products have in common.
_MODE: dict[str, Any] = {
    "label": _("Mode"),
    "kind": OneOf(ExportMode.choices, of=ExportMode),
    "help_text": _(
        "Notify: OrderFlow is told and fetches through SOAP what it was told about. Push: the"
        " import document is sent at once, as the Magento 1 extension did."
    ),
    "default": ExportMode.NOTIFY,
    "scope": Scope.WEBSITE,
}
_MAX_ATTEMPTS: dict[str, Any] = {
    "label": _("Attempts"),
    "kind": Count(most=100),
    "help_text": _(
        "After so many attempts without success nothing more is tried, and the administrator"
        " gets an e-mail. Requeue it in the admin, or change it, to try again."
    ),
    "default": 10,
    "scope": Scope.WEBSITE,
}
_RETRY_MINUTES: dict[str, Any] = {
    "label": _("First Retry (minutes)"),
    "kind": Count(most=360),
    "help_text": _(
        "How long to wait after a failed attempt. The wait doubles with every further attempt,"
        " up to six hours."
    ),
    "default": 5,
    "scope": Scope.WEBSITE,
}
_STUCK_MINUTES: dict[str, Any] = {
    "label": _("Longest Wait For A Fetch (minutes)"),
    "kind": Count(most=44_640),
    "help_text": _(
        "What OrderFlow was told about and has not fetched after this time is announced again."
    ),
    "default": 120,
    "scope": Scope.WEBSITE,
}
_APPLY_RULES: dict[str, Any] = {
    "label": _("Apply Export Rules"),
    "kind": YesNo(),
    "help_text": _(
        "Whether the rules under Stores, Export Rules count. Saving a rule that is enabled"
        " switches this on; No lets everything through."
    ),
    "default": False,
    "scope": Scope.WEBSITE,
}
_APPLY_MAPPINGS: dict[str, Any] = {
    "label": _("Apply Mappings"),
    "kind": YesNo(),
    "help_text": _(
        "Whether the rows changed under Mappings count. Saving the first one switches this on;"
        " No sends the system values."
    ),
    "default": False,
    "scope": Scope.WEBSITE,
}


@dataclass(frozen=True)
class OrderExport(Section, title=_("Order Export"), prefix="orderflow_order_export/settings"):
    """Which orders are exported, and when (guide, "Order Export")."""

    is_enabled: bool = setting(
        _("Enabled"),
        YesNo(),
        help_text=_("Needs to be set for export of orders to take place."),
        default=True,
        scope=Scope.WEBSITE,
    )
    cron_expression: str = setting(
        _("Cron Expression"),
        Cron(),
        help_text=_(
            "Controls the frequency of the automatic order export. Once every few minutes "
            "is more than adequate."
        ),
        default=_EVERY_MINUTE,
    )
    exportable_status: tuple[str, ...] = setting(
        _("Exportable Order Status"),
        Statuses(),
        help_text=_(
            "Only orders in one of these statuses are exported. With none chosen, no order is."
        ),
        default=(),
        scope=Scope.WEBSITE,
    )
    batch_size: int = setting(
        _("Batch Size"),
        Count(),
        help_text=_(
            "The maximum number of orders that will be exported each time the schedule runs."
        ),
        default=100,
        scope=Scope.WEBSITE,
    )
    min_order_datetime: datetime | None = setting(
        _("Earliest Order To Export"),
        DateTime(),
        help_text=_(
            "Do not export orders created before this date and time (in the shop's time zone)."
        ),
        default=None,
        scope=Scope.WEBSITE,
    )
    mode: ExportMode = setting(**_MODE)
    max_attempts: int = setting(**_MAX_ATTEMPTS)
    retry_minutes: int = setting(**_RETRY_MINUTES)
    stuck_minutes: int = setting(**_STUCK_MINUTES)
    announce_changes: bool = setting(
        _("Announce Changed Orders"),
        YesNo(),
        help_text=_(
            "No: an exported order is not exported again. Yes: a change of its lines, addresses or"
            " shipping method makes it Pending, and OrderFlow is told of it again."
        ),
        default=False,
        scope=Scope.WEBSITE,
    )
    calculate_discounts: bool = setting(
        _("Calculate Discounts"),
        YesNo(),
        help_text=_(
            "Only for pushed orders. Yes: the amounts of the lines are after discount, with"
            " hidden tax and WEEE added. No: they are before discount."
        ),
        default=False,
        scope=Scope.WEBSITE,
    )
    apply_rules: bool = setting(**_APPLY_RULES)
    apply_mappings: bool = setting(**_APPLY_MAPPINGS)
    map_shipping_methods: bool = setting(
        _("Map Shipping Methods"),
        YesNo(),
        help_text=_(
            "Whether the rows under Stores, Shipping Methods count. Saving the first one switches"
            " this on; No sends the order's method as delivery suggestion."
        ),
        default=False,
        scope=Scope.WEBSITE,
    )


@dataclass(frozen=True)
class ProductExport(Section, title=_("Product Export"), prefix="orderflow_product_export/settings"):
    """Which products are exported, and when (guide, "Product Export")."""

    is_enabled: bool = setting(
        _("Enabled"),
        YesNo(),
        help_text=_(
            "Needs to be set for export of product definitions to take place. Any change to"
            " a product definition then results in an update being sent to OrderFlow."
        ),
        default=True,
        scope=Scope.WEBSITE,
    )
    include_image_field: bool = setting(
        _("Include Image Field"),
        YesNo(),
        help_text=_(
            "Include a product image when exporting products. If set, and there is neither "
            "a product image nor a default image, the export of the product fails."
        ),
        default=False,
        scope=Scope.WEBSITE,
    )
    placeholder_image: str = setting(
        _("Default Image"),
        Text(),
        help_text=_(
            "The picture of products without one of their own: a path below the media folder,"
            " or a URL. Magento keeps it under Product Image Placeholders."
        ),
        default="",
        scope=Scope.WEBSITE,
        path="catalog/placeholder/image_placeholder",
    )
    cron_expression: str = setting(
        _("Cron Expression"),
        Cron(),
        help_text=_("Controls the frequency of checks for new or updated products."),
        default=_EVERY_MINUTE,
    )
    batch_size: int = setting(
        _("Batch Size"),
        Count(),
        help_text=_(
            "The maximum number of product definitions that will be exported each time the "
            "schedule runs."
        ),
        default=100,
        scope=Scope.WEBSITE,
    )
    store_id: int | None = setting(
        _("Store ID"),
        StoreView(),
        help_text=_(
            "The store view whose values pushed product documents hold. Without one they hold the"
            " default values. Products that OrderFlow fetches are those of the address it calls."
        ),
        default=None,
        scope=Scope.WEBSITE,
    )
    mode: ExportMode = setting(**_MODE)
    max_attempts: int = setting(**_MAX_ATTEMPTS)
    retry_minutes: int = setting(**_RETRY_MINUTES)
    stuck_minutes: int = setting(**_STUCK_MINUTES)
    apply_rules: bool = setting(**_APPLY_RULES)
    apply_mappings: bool = setting(**_APPLY_MAPPINGS)
