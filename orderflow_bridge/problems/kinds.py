"""The kinds of problems: one table of what can be wrong, how bad it is, and who may see it.

docs/problems.md says of each when it is raised, when it ends, and what to do.
"""

from dataclasses import dataclass

from django.db import models

from orderflow_bridge.common.translation import gettext_lazy as _


class Severity(models.IntegerChoices):
    """How soon somebody must look: at once, today, or some time."""

    NOTICE = 1, _("Notice")
    WARNING = 2, _("Warning")
    CRITICAL = 3, _("Critical")


@dataclass(frozen=True)
class Kind:
    """A kind of problem. A user sees it who has any of `rights`, everybody where there is none;
    `noun` is what its subject is.

    `adds` says that each report adds to the count (lines that failed); otherwise the newest report
    says how many there are (orders that are late). `unit` is what such a count counts. Subjects
    that are SKUs, `by_sku`, compare ignoring case. `lead` are the words of Magento's module, where
    it has any.
    """

    name: str
    title: str
    severity: Severity
    rights: tuple[str, ...]
    noun: str
    adds: bool = False
    by_sku: bool = False
    unit: str = "time"
    lead: str = ""


_STOCK = ("imports.view_inventoryimport", "imports.view_importrequest")
_DESPATCH = ("imports.view_shipmentimport", "imports.view_importrequest")
_PRODUCTS = ("exports.view_productexport", "exports.view_exportrequest")
_ORDERS = ("exports.view_orderexport", "exports.view_exportrequest")
_RUNS = ("scheduler.view_jobrun",)
_ANY = _STOCK + _DESPATCH + _PRODUCTS + _ORDERS + _RUNS

_IMPORT_FAILS = _("A recent OrderFlow import contains failures.")
_EXPORT_FAILS = _("A recent OrderFlow export contains failures.")

CRITICAL, WARNING, NOTICE = Severity.CRITICAL, Severity.WARNING, Severity.NOTICE

CALLER_REFUSED = Kind("caller_refused", _("Caller Refused"), CRITICAL, _ANY, "caller")
INTEGRATION_ENDS = Kind(
    "integration_ends",
    _("Integration Ends"),
    WARNING,
    ("integrations.view_integration",),
    "integration",
)
ORDERFLOW_SILENT = Kind("orderflow_silent", _("OrderFlow Is Silent"), WARNING, _ANY, "stream")
IMPORT_OFF = Kind("import_off", _("Import Switched Off"), CRITICAL, _STOCK + _DESPATCH, "job")
NOTHING_RUNS = Kind("nothing_runs", _("Nothing Runs"), CRITICAL, (), "scheduler")
WRONG_CLOCK = Kind("wrong_clock", _("Wrong Clock"), WARNING, _RUNS, "host")
JOB_FAILED = Kind("job_failed", _("Job Failed"), WARNING, _RUNS, "job")
QUEUE_OLD = Kind("queue_old", _("Queue Is Old"), WARNING, _ANY, "queue")
UNKNOWN_SKU = Kind(
    "unknown_sku",
    _("Unknown SKU"),
    WARNING,
    _STOCK + _DESPATCH,
    "SKU",
    adds=True,
    by_sku=True,
    unit="line",
    lead=_IMPORT_FAILS,
)
STOCK_FAILED = Kind(
    "stock_failed",
    _("Stock Line Failed"),
    WARNING,
    _STOCK,
    "SKU or source",
    adds=True,
    unit="line",
    lead=_IMPORT_FAILS,
)
DESPATCH_FAILED = Kind(
    "despatch_failed",
    _("Despatch Failed"),
    CRITICAL,
    _DESPATCH,
    "order",
    adds=True,
    unit="message",
    lead=_IMPORT_FAILS,
)
EXPORT_FAILED = Kind(
    "export_failed", _("Export Failed"), WARNING, _PRODUCTS + _ORDERS, "cause", lead=_EXPORT_FAILS
)
NOT_FETCHED = Kind("not_fetched", _("Not Fetched"), WARNING, _PRODUCTS + _ORDERS, "entity")
LATE_ORDER = Kind("late_order", _("Late Order"), WARNING, _ORDERS + _DESPATCH, "order")
UNKNOWN_ORDER = Kind("unknown_order", _("Order Unknown To OrderFlow"), WARNING, _ORDERS, "order")
STOCK_DIFFERS = Kind("stock_differs", _("Stock Differs"), WARNING, _STOCK, "comparison")
MASS_CHANGE = Kind("mass_change", _("Mass Change Held"), CRITICAL, _STOCK, "source")
ENDPOINT_DOWN = Kind("endpoint_down", _("Endpoint Down"), CRITICAL, _ANY, "endpoint")
MAIL_FAILING = Kind(
    "mail_failing", _("E-mail Failing"), WARNING, (*_RUNS, "mail.view_outgoingmail"), "server"
)
WEBHOOK_FAILING = Kind(
    "webhook_failing", _("Webhook Failing"), WARNING, ("webhooks.view_webhookevent",), "receiver"
)
WEBHOOK_PAUSED = Kind(
    "webhook_paused", _("Webhook Paused"), NOTICE, ("webhooks.view_webhookreceiver",), "receiver"
)
SECRET_UNREADABLE = Kind("secret_unreadable", _("Secret Unreadable"), CRITICAL, _ANY, "setting")
OVERSOLD = Kind("oversold", _("Oversold"), WARNING, _STOCK + _ORDERS, "SKU")
MACHINE = Kind("machine", _("Disk, Database Or Certificate"), CRITICAL, _RUNS, "thing")
CONFIGURATION = Kind(
    "configuration",
    _("Configuration"),
    WARNING,
    tuple(
        f"configuration.view_{section}settings"
        for section in (
            "api", "email", "orderexport", "productexport", "inventoryimport", "webservices",
        )
    ),
    "setting",
)  # fmt: skip
COPY = Kind("copy", _("Copy Of Another Installation"), CRITICAL, (), "environment")
EXCHANGE_PAUSED = Kind("exchange_paused", _("Exchange Paused"), NOTICE, _ANY, "pause")
PLUGIN_FAILING = Kind(
    "plugin_failing", _("Plugin Failing"), WARNING, (*_RUNS, "plugins.view_hookuse"), "plugin"
)
SELF_TEST_FAILED = Kind(
    "self_test", _("Self-test Failed"), CRITICAL, ("watch.view_selftest",), "step"
)

KINDS: dict[str, Kind] = {
    each.name: each
    for each in (
        NOTHING_RUNS, MASS_CHANGE, CALLER_REFUSED, IMPORT_OFF, ENDPOINT_DOWN, DESPATCH_FAILED,
        SECRET_UNREADABLE, MACHINE, SELF_TEST_FAILED, ORDERFLOW_SILENT, NOT_FETCHED, EXPORT_FAILED,
        UNKNOWN_SKU, STOCK_FAILED, STOCK_DIFFERS, UNKNOWN_ORDER, LATE_ORDER, OVERSOLD, QUEUE_OLD,
        JOB_FAILED, WRONG_CLOCK, CONFIGURATION, MAIL_FAILING, WEBHOOK_FAILING,
        WEBHOOK_PAUSED,
        INTEGRATION_ENDS, COPY, EXCHANGE_PAUSED,
        PLUGIN_FAILING,
    )
}  # fmt: skip


def add_kinds(*kinds: Kind) -> None:
    """Add the kinds of problems of a plugin's detectors, while it is loaded.

    Raises ValueError for a name that is taken.
    """
    for kind in kinds:
        if kind.name in KINDS:
            raise ValueError(f"There is a kind of problem {kind.name} already.")
        KINDS[kind.name] = kind


def kind_of(name: str) -> Kind:
    """Return a kind; of one that a plugin had brought and took along, what its rows need."""
    return KINDS.get(name) or Kind(name, name.replace("_", " ").title(), NOTICE, (), "subject")
