"""How long things may take before somebody is needed."""

from dataclasses import dataclass

from django.db import models

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.declarations import Scope, Section, setting
from orderflow_bridge.configuration.kinds import Count, Cron, OneOf, Text, YesNo

_LONGEST_HOURS = 2_160
_LONGEST_DAYS = 90


@dataclass(frozen=True)
class Watch(Section, title=_("Watch"), prefix="orderflow_watch/settings"):
    """After how long the watch raises a problem (docs/problems.md)."""

    silent_stock_hours: int = setting(
        _("Silence Of Stock Messages (hours)"),
        Count(least=0, most=_LONGEST_HOURS),
        help_text=_(
            "How long OrderFlow may send no stock message. A problem is raised only if it is also"
            " unusually long by the rhythm of the last two weeks. 0 never raises one."
        ),
        default=24,
    )
    silent_despatch_hours: int = setting(
        _("Silence Of Despatches (hours)"),
        Count(least=0, most=_LONGEST_HOURS),
        help_text=_(
            "How long OrderFlow may send no despatch while it has open orders. A problem is raised"
            " only if it is also unusually long by the rhythm of the last two weeks. 0 never raises"
            " one."
        ),
        default=24,
    )
    silent_fetch_hours: int = setting(
        _("Silence Of Fetches (hours)"),
        Count(least=0, most=_LONGEST_HOURS),
        help_text=_(
            "How long OrderFlow may fetch nothing while something is announced to it. A problem is"
            " raised only if it is also unusually long by the rhythm of the last two weeks. 0 never"
            " raises one."
        ),
        default=24,
    )
    queue_minutes: int = setting(
        _("Oldest Waiting Message (minutes)"),
        Count(least=0, most=44_640),
        help_text=_("How long a message may wait to be applied. 0 never raises a problem."),
        default=15,
    )
    late_pending_hours: int = setting(
        _("Order Pending (hours)"),
        Count(least=0, most=_LONGEST_HOURS),
        help_text=_(
            "How long an order that qualifies may wait to be announced. 0 never raises a problem."
        ),
        default=4,
        scope=Scope.WEBSITE,
    )
    late_held_hours: int = setting(
        _("Order Held (hours)"),
        Count(least=0, most=_LONGEST_HOURS),
        help_text=_(
            "How long a rule may hold an order, unless it holds it for a time."
            " 0 never raises a problem."
        ),
        default=24,
        scope=Scope.WEBSITE,
    )
    late_queued_hours: int = setting(
        _("Order Queued (hours)"),
        Count(least=0, most=_LONGEST_HOURS),
        help_text=_(
            "How long an announced order may wait to be fetched. 0 never raises a problem."
        ),
        default=12,
        scope=Scope.WEBSITE,
    )
    late_exported_days: int = setting(
        _("Order Exported (business days)"),
        Count(least=0, most=_LONGEST_DAYS),
        help_text=_(
            "How long nothing of an exported order may be shipped; Saturdays and Sundays do not"
            " count. 0 never raises a problem."
        ),
        default=5,
        scope=Scope.WEBSITE,
    )
    late_partly_days: int = setting(
        _("Order Partly Shipped (business days)"),
        Count(least=0, most=_LONGEST_DAYS),
        help_text=_(
            "How long the rest of a partly shipped order may take after its last shipment. 0 never"
            " raises a problem."
        ),
        default=5,
        scope=Scope.WEBSITE,
    )
    late_cancellation_hours: int = setting(
        _("Cancellation Asked For (hours)"),
        Count(least=0, most=_LONGEST_HOURS),
        help_text=_(
            "How long OrderFlow's answer to a cancellation may be missing. 0 never raises a"
            " problem."
        ),
        default=1,
        scope=Scope.WEBSITE,
    )


class ReconciliationMode(models.TextChoices):
    """What becomes of a difference that a second look confirms."""

    REPORT = "report", _("Report")
    CORRECT = "correct", _("Correct")


@dataclass(frozen=True)
class SelfTest(Section, title=_("Self-test"), prefix="orderflow_self_test/settings"):
    """When the whole way to OrderFlow and back is tried (docs/problems.md, "Self-test")."""

    is_enabled: bool = setting(
        _("Enabled"),
        YesNo(),
        help_text=_("Whether the self-test runs by itself. Run Now does it at any time."),
        default=False,
    )
    cron_expression: str = setting(
        _("Cron Expression"),
        Cron(),
        help_text=_("Determines when the self-test runs."),
        default="30 6 * * *",
    )
    test_product: str = setting(
        _("Test Product"),
        Text(),
        help_text=_(
            "The SKU of a product that is announced and has to be fetched by OrderFlow. Without"
            " one, this part is left out."
        ),
        default="",
    )
    fetch_minutes: int = setting(
        _("Time For The Fetch (minutes)"),
        Count(most=1_440),
        help_text=_("How long announcing the test product, and then its fetch, may take."),
        default=15,
    )
    import_minutes: int = setting(
        _("Time For The Import (minutes)"),
        Count(most=1_440),
        help_text=_("How long the self-test's stock message may wait to be applied."),
        default=10,
    )


@dataclass(frozen=True)
class Reconciliation(
    Section, title=_("Reconciliation"), prefix="orderflow_reconciliation/settings"
):
    """When OrderFlow's stock and orders are compared with what is here (docs/stock.md)."""

    is_enabled: bool = setting(
        _("Enabled"),
        YesNo(),
        help_text=_(
            "Whether OrderFlow is asked for all its stock, and differences from what it last sent"
            " are told."
        ),
        default=False,
    )
    mode: ReconciliationMode = setting(
        _("Differences"),
        OneOf(ReconciliationMode.choices, of=ReconciliationMode),
        help_text=_(
            "Report tells of differences and changes nothing. Correct also applies OrderFlow's"
            " figure of what a second look confirms, as an import of operation Reconcile."
        ),
        default=ReconciliationMode.REPORT,
    )
    cron_expression: str = setting(
        _("Cron Expression"),
        Cron(),
        help_text=_(
            "Determines when stock is compared. A second look follows half an hour after one that"
            " has found differences."
        ),
        default="15 3 * * *",
    )
    longest_answer: int = setting(
        _("Longest Answer (seconds)"),
        Count(most=7_200),
        help_text=_("How long OrderFlow may take to list all its stock."),
        default=900,
    )
    orders_are_asked_for: bool = setting(
        _("Ask About Orders"),
        YesNo(),
        help_text=_(
            "Whether OrderFlow is asked how orders stand that it has had for long. Orders that it"
            " does not know are a problem; nothing else is concluded from its answers."
        ),
        default=False,
    )
    orders_cron_expression: str = setting(
        _("Orders Cron Expression"),
        Cron(),
        help_text=_(
            "Determines when OrderFlow is asked about orders; about each once a day at most."
        ),
        default="45 * * * *",
    )
    orders_after_hours: int = setting(
        _("Orders Exported For (hours)"),
        Count(most=_LONGEST_HOURS),
        help_text=_(
            "How long OrderFlow must have had an unshipped order before it is asked about."
        ),
        default=48,
    )
    orders_batch_size: int = setting(
        _("Orders Batch Size"),
        Count(most=1_000),
        help_text=_("About how many orders OrderFlow is asked in one run, longest unasked first."),
        default=20,
    )
