"""modules: what is installed, as some clients ask to try their token (docs/rest.md)."""

from orderflow_bridge.access.rights import ANY_RIGHT
from orderflow_bridge.documents.records import Kind, Many
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

# Magento's modules whose routes answer here, and OrderFlow's own.
_MODULES = [
    *("Magento_Store", "Magento_Directory", "Magento_Backend", "Magento_Customer", "Magento_Eav"),
    *("Magento_Catalog", "Magento_CatalogInventory", "Magento_Quote", "Magento_Checkout"),
    *("Magento_Sales", "Magento_Integration", "Magento_AsynchronousOperations", "Magento_Webapi"),
    *("Magento_InventoryApi", "Magento_InventorySalesApi", "RealtimeDespatch_OrderFlow"),
]


class ModulesView(RestView):
    """Modules (backendModuleServiceV1)."""

    @operation(right=ANY_RIGHT, returns=Many(Kind.TEXT))
    def get(self, call: Call) -> list[str]:
        """List the names of Magento's modules whose routes answer here."""
        return _MODULES


routes = [Route("modules", ModulesView)]
