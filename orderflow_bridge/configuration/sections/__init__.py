"""The pages of the configuration: every setting with its label, help text, scope, path and default.

Sources: guide "Magento Configuration" and "Unsent Orders and Active Quotes". The values a scope
ends up with are instances of these classes (`configuration.selectors`).
"""

from django.conf import settings

from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.sections.exports import (
    ExportMode,
    OrderExport,
    ProductExport,
)
from orderflow_bridge.configuration.sections.imports import (
    Adjustment,
    InventoryImport,
    ShipmentImport,
)
from orderflow_bridge.configuration.sections.log_cleaning import LogCleaning
from orderflow_bridge.configuration.sections.orderflow import AdminInfo, Api, Email, ProblemReports
from orderflow_bridge.configuration.sections.shop import General, RequiredFor, WebServices
from orderflow_bridge.configuration.sections.watch import (
    Reconciliation,
    ReconciliationMode,
    SelfTest,
    Watch,
)
from orderflow_bridge.plugins.loading import sections_of

# The order of the pages in the menu and of `manage.py config list`.
SECTIONS: tuple[type[Section], ...] = (
    Api,
    Email,
    ProblemReports,
    OrderExport,
    ProductExport,
    InventoryImport,
    ShipmentImport,
    LogCleaning,
    Watch,
    SelfTest,
    Reconciliation,
    AdminInfo,
    WebServices,
    General,
    *sections_of(settings.BRIDGE_PLUGINS, Section),
)

__all__ = [
    "SECTIONS",
    "Adjustment",
    "AdminInfo",
    "Api",
    "Email",
    "ExportMode",
    "General",
    "InventoryImport",
    "LogCleaning",
    "OrderExport",
    "ProblemReports",
    "ProductExport",
    "Reconciliation",
    "ReconciliationMode",
    "RequiredFor",
    "SelfTest",
    "ShipmentImport",
    "Watch",
    "WebServices",
]
