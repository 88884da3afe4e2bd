"""What the pages call models whose rooms name only one of them, and columns that nobody named.

Django makes the plural of a name by an "s", which is no plural in German, and in French seldom one.
"""

from django.apps import apps

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model

_NAMES: dict[str, tuple[str, str]] = {
    "access.accesstoken": (_("access token"), _("access tokens")),
    "access.failedsignin": ("", _("failed sign-ins")),
    "bulk.bulk": ("", _("bulk calls")),
    "carriers.mappedcourier": (_("courier"), ""),
    "dashboard.backup": (_("back-up"), _("back-ups")),
    "exports.catalogueexport": ("", _("export catalogue")),
    "exports.exportline": (_("export line"), _("export lines")),
    "exports.exportrequest": ("", _("export requests")),
    "exports.orderexport": ("", _("order exports")),
    "exports.productexport": ("", _("product exports")),
    "exports.waitingorder": ("", _("waiting orders")),
    "exports.waitingproduct": ("", _("waiting products")),
    "imports.importline": (_("import line"), _("import lines")),
    "imports.importrequest": ("", _("import requests")),
    "imports.inventoryimport": ("", _("inventory imports")),
    "imports.masschange": ("", _("mass changes")),
    "imports.shipmentimport": ("", _("shipment imports")),
    "imports.waitingsku": ("", _("waiting SKUs")),
    "integrations.integration": (_("integration"), _("integrations")),
    "mail.outgoingmail": ("", _("e-mails")),
    "plugins.hookuse": (_("plugin"), _("plugins")),
    "problems.chatmessage": (_("chat message"), _("chat messages")),
    "problems.problem": (_("problem"), _("problems")),
    "problems.problemroute": ("", _("problem routes")),
    "sales.deletedorder": (_("deleted order"), _("deleted orders")),
    "scheduler.jobrun": (_("job run"), _("job runs")),
    "support.support": (_("support"), _("support")),
    "watch.selftest": (_("self-test"), _("self-tests")),
    "watch.sitesource": ("", _("OrderFlow sites")),
    "watch.stockcomparison": ("", _("stock comparisons")),
    "watch.stockdifference": ("", _("stock differences")),
    "webhooks.webhookevent": (_("webhook"), _("webhooks")),
    "webhooks.webhookreceiver": (_("webhook receiver"), _("webhook receivers")),
}
_COLUMNS: dict[str, dict[str, str]] = {
    "access.accesstoken": {"user": _("user")},
    "exports.endpointstate": {"endpoint": _("endpoint"), "last_error": _("last error")},
    "imports.importline": {"source_code": _("source code")},
    "problems.chatmessage": {"route": _("route"), "last_error": _("last error")},
    "problems.problemroute": {"website": _("website")},
    "request_queue.request": {
        "entity": _("entity"),
        "operation": _("operation"),
        "received_by": _("received by"),
    },
    "sales.deletedorder": {"deleted_by": _("deleted by")},
    "scheduler.jobrun": {"job": _("job"), "host": _("host")},
    "watch.sitesource": {"site": _("site"), "source": _("source"), "website": _("website")},
    "webhooks.webhookreceiver": {"name": _("name")},
}


def name_models() -> None:
    """Give them their names; migrations do not see these."""
    for label in {**_NAMES, **_COLUMNS}:
        name_model(apps.get_model(label), *_NAMES.get(label, ()), **_COLUMNS.get(label, {}))
