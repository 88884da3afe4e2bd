"""How received stock and despatches are applied, and when."""

from dataclasses import dataclass

from django.db import models

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.declarations import Section, setting
from orderflow_bridge.configuration.kinds import Count, Cron, OneOf, YesNo
from orderflow_bridge.configuration.status_kind import Statuses

_EVERY_MINUTE = "* * * * *"


class Adjustment(models.IntegerChoices):
    """What is taken off a received quantity before it becomes stock."""

    NO = 0, _("No")
    UNSENT_ORDERS = 1, _("Unsent Orders")
    UNSENT_ORDERS_AND_QUOTES = 2, _("Unsent Orders and Active Quotes")


class WhenMoreWait(models.IntegerChoices):
    """What a run does when its batch is done and more messages wait."""

    GO_ON = 0, _("Go on at once")
    NEXT_RUN = 1, _("Wait for the next run")


_GO_ON_HELP = _(
    "What a run does when a batch is done and more messages wait: it takes the next batch, or"
    " leaves it to the next run, as the original module does."
)
_WORKERS_HELP = _(
    "How many workers may process messages side by side when very many wait, as far as so many are"
    " running. On SQLite there is one."
)
_ARRIVAL_HELP = _(
    "Whether a message that arrives wakes a worker at once, at most every two seconds. The schedule"
    " remains."
)


@dataclass(frozen=True)
class InventoryImport(
    Section, title=_("Inventory Import"), prefix="orderflow_inventory_import/settings"
):
    """How received quantities become stock (guide, "Inventory Import")."""

    is_enabled: bool = setting(
        _("Enabled"),
        YesNo(),
        help_text=_("Needs to be set to allow the import of inventory updates to take place."),
        default=True,
    )
    cron_expression: str = setting(
        _("Cron Expression"),
        Cron(),
        help_text=_(
            "Determines the run frequency of the job to apply stock updates following "
            "requests received from OrderFlow."
        ),
        default=_EVERY_MINUTE,
    )
    batch_size: int = setting(
        _("Batch Size"),
        Count(),
        help_text=_(
            "The maximum number of inventory requests (messages) that are processed each "
            "time the inventory import job runs."
        ),
        default=100,
    )
    when_more_wait: WhenMoreWait = setting(
        _("When More Wait"),
        OneOf(WhenMoreWait.choices, of=WhenMoreWait),
        help_text=_GO_ON_HELP,
        default=WhenMoreWait.GO_ON,
    )
    parallel_workers: int = setting(
        _("Parallel Workers"), Count(most=64), help_text=_WORKERS_HELP, default=8
    )
    apply_on_arrival: bool = setting(
        _("Apply On Arrival"), YesNo(), help_text=_ARRIVAL_HELP, default=False
    )
    negative_qtys_enabled: bool = setting(
        _("Allow Negative Quantities"),
        YesNo(),
        help_text=_(
            "Whether negative inventory quantities are applied. Yes stores the negative "
            "quantity, No stores 0 instead. OrderFlow's guide tells it the other way round."
        ),
        default=False,
    )
    keep_safety_stock: bool = setting(
        _("Keep Safety Stock"),
        YesNo(),
        help_text=_(
            "Whether what is entered under Stores, Safety Stock is taken off received quantities."
            " Saving one that is enabled switches this on."
        ),
        default=False,
    )
    adjust_inventory: Adjustment = setting(
        _("Adjust Inventory"),
        OneOf(Adjustment.choices, of=Adjustment),
        help_text=_(
            "Whether received quantities are reduced by what OrderFlow cannot know about "
            "yet: orders not sent to it, and active quotes (shopping carts)."
        ),
        default=Adjustment.NO,
    )
    valid_unsent_order_statuses: tuple[str, ...] = setting(
        _("Unsent Order Statuses"),
        Statuses(),
        help_text=_(
            "The statuses of orders that are considered as unsent. With none chosen, no order is."
        ),
        default=(),
    )
    active_quote_cutoff: int = setting(
        _("Active Quote Cutoff"),
        Count(),
        help_text=_(
            "The number of days for which active quotes will be considered when calculating"
            " product inventory. Adjustments will only be applied for quotes created on or "
            "after this cutoff."
        ),
        default=1,
    )
    unsent_order_cutoff: int = setting(
        _("Unsent Order Cutoff"),
        Count(),
        help_text=_(
            "The number of days for which unsent orders will be considered when calculating"
            " product inventory. Adjustments will only be applied for orders submitted on "
            "or after this cutoff."
        ),
        default=1,
    )
    multi_source_enabled: bool = setting(
        _("Multi-Source Inventory"),
        YesNo(),
        help_text=_(
            "No: each product has one quantity, and despatches leave it to OrderFlow's next"
            " figure. Yes: each source has its own quantity, orders reserve stock, "
            "despatches deduct it, and received figures are corrected by the reservations "
            "OrderFlow knows of."
        ),
        default=False,
        path="cataloginventory/options/multi_source_enabled",
    )
    hold_mass_changes: bool = setting(
        _("Hold Mass Changes"),
        YesNo(),
        help_text=_(
            "Whether messages that would take very many items of a source out of stock are held"
            " until somebody applies or discards them. Stock imports pause meanwhile."
        ),
        default=True,
    )
    mass_change_share: int = setting(
        _("Mass Change Share"),
        Count(most=100, least=0),
        help_text=_(
            "A change is held when it reaches this many per cent of the source's items in stock,"
            " and the number below. 0: the share does not matter."
        ),
        default=30,
    )
    mass_change_at_least: int = setting(
        _("Mass Change At Least"),
        Count(least=0),
        help_text=_(
            "A change is held when it reaches this many items of a source, and the share above."
            " 0: the number does not matter."
        ),
        default=50,
    )
    mass_change_within: int = setting(
        _("Mass Change Within"),
        Count(most=1440, least=0),
        help_text=_(
            "The number of minutes in which items that ran out are counted together, however many"
            " messages they came with. 0: each batch of messages is looked at alone."
        ),
        default=60,
    )


@dataclass(frozen=True)
class ShipmentImport(
    Section, title=_("Shipment Import"), prefix="orderflow_shipment_import/settings"
):
    """When received despatches become shipments (guide, "Shipment Import")."""

    is_enabled: bool = setting(
        _("Enabled"),
        YesNo(),
        help_text=_("Needs to be ‘Yes’ for the shipment import to take place."),
        default=True,
    )
    cron_expression: str = setting(
        _("Cron Expression"),
        Cron(),
        help_text=_(
            "Determines the run frequency of the job to create shipments following the "
            "despatch of shipments in OrderFlow."
        ),
        default=_EVERY_MINUTE,
    )
    batch_size: int = setting(
        _("Batch Size"),
        Count(),
        help_text=_(
            "The maximum number of shipment requests (messages) that are processed each "
            "time the shipment import job runs."
        ),
        default=100,
    )
    map_couriers: bool = setting(
        _("Map Couriers"),
        YesNo(),
        help_text=_(
            "Whether the rows under Stores, Couriers count. Saving the first one switches this on;"
            " No keeps OrderFlow's courier and service as title."
        ),
        default=False,
    )
    when_more_wait: WhenMoreWait = setting(
        _("When More Wait"),
        OneOf(WhenMoreWait.choices, of=WhenMoreWait),
        help_text=_GO_ON_HELP,
        default=WhenMoreWait.GO_ON,
    )
    parallel_workers: int = setting(
        _("Parallel Workers"), Count(most=64), help_text=_WORKERS_HELP, default=8
    )
    apply_on_arrival: bool = setting(
        _("Apply On Arrival"), YesNo(), help_text=_ARRIVAL_HELP, default=False
    )
    wait_minutes: int = setting(
        _("Wait For Orders And Products"),
        Count(most=10_080),
        help_text=_(
            "For how many minutes a despatch waits, and is tried again, when its order or a SKU in "
            "it is not in the shop. After that it fails."
        ),
        default=60,
    )
