"""inventory/low-quantity-notification: from how few units on goods count as low (docs/rest.md)."""

from orderflow_bridge.access.rights import SOURCE_ITEMS, SOURCES_VIEW
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    floats,
    given,
    record,
    texts,
)
from orderflow_bridge.inventory.low_quantity import (
    Threshold,
    remove_thresholds,
    save_thresholds,
    threshold_of,
)
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

CONFIGURATION = record(
    "InventoryLowQuantityNotificationApiDataSourceItemConfigurationInterface",
    texts("source_code sku"),
    floats("notify_stock_qty"),
    required="source_code sku",
)
_PLACE = record("LowQuantityPlace", texts("source_code sku"), required="source_code sku")
_BODY = record(
    "LowQuantityBody",
    {"source_item_configurations": Many(given(CONFIGURATION, required="source_code sku"))},
    required="source_item_configurations",
)
_PLACES = record("LowQuantityPlacesBody", {"source_items": Many(_PLACE)}, required="source_items")
_NOTHING = Many(Kind.ANY)


class LowQuantityView(RestView):
    """Thresholds (inventoryLowQuantityNotificationApiSourceItemConfigurationsSaveV1)."""

    @operation(right=SOURCE_ITEMS, takes=_BODY, returns=_NOTHING)
    def post(self, call: Call) -> None:
        """Write the thresholds of source items; null follows the default again."""
        save_thresholds(
            [
                Threshold(each["source_code"], each["sku"], each.get("notify_stock_qty"))
                for each in call.body["source_item_configurations"]
            ]
        )


class LowQuantityOfItemView(RestView):
    """One threshold (inventoryLowQuantityNotificationApiGetSourceItemConfigurationV1)."""

    @operation(right=SOURCES_VIEW, returns=CONFIGURATION)
    def get(self, call: Call, source_code: str, sku: str) -> Document:
        """Read the threshold of a source item: its own, or Magento's default."""
        found = threshold_of(source_code, sku)
        return CONFIGURATION.of(
            {
                "source_code": found.source_code,
                "sku": found.sku,
                "notify_stock_qty": found.qty,
            }
        )


class LowQuantityDeleteView(RestView):
    """Thresholds that go (inventoryLowQuantityNotificationApiDeleteSourceItemsConfigurationV1)."""

    @operation(right=SOURCE_ITEMS, takes=_PLACES, returns=_NOTHING)
    def post(self, call: Call) -> None:
        """Let source items follow the default."""
        remove_thresholds(
            [(each["source_code"], each["sku"]) for each in call.body["source_items"]]
        )


routes = [
    Route("inventory/low-quantity-notification", LowQuantityView),
    Route("inventory/low-quantity-notification/<source_code>/<sku>", LowQuantityOfItemView),
    Route("inventory/low-quantity-notifications-delete", LowQuantityDeleteView),
]
