"""What is told of salable quantities and of choosing sources: the fields of the documents."""

from orderflow_bridge.documents.records import (
    Kind,
    Many,
    flags,
    floats,
    ints,
    record,
    texts,
)

SALABILITY_ERROR = record(
    "InventorySalesApiDataProductSalabilityErrorInterface", texts("code message")
)
SALABLE = record(
    "InventorySalesApiDataIsProductSalableResultInterface",
    texts("sku"),
    ints("stock_id"),
    flags("salable"),
    required="sku stock_id salable",
)
SALABLE_RESULT = record(
    "InventorySalesApiDataProductSalableResultInterface",
    flags("salable"),
    {"errors": Many(SALABILITY_ERROR)},
    required="salable errors",
)
SALABLE_RESULT_FOR = record(
    "InventorySalesApiDataIsProductSalableForRequestedQtyResultInterface",
    texts("sku"),
    ints("stock_id"),
    flags("salable"),
    {"errors": Many(SALABILITY_ERROR)},
    required="sku stock_id salable errors",
)
SKU_REQUEST = record("ProductSkuRequest", texts("sku"), floats("qty"), required="sku qty")
SALABLE_OF_MANY = record(
    "SalableOfMany", {"skus": Many(Kind.TEXT)}, ints("stock_id"), required="skus stock_id"
)
SALABLE_REQUESTS = record(
    "SalableRequests",
    {"sku_requests": Many(SKU_REQUEST)},
    ints("stock_id"),
    required="sku_requests stock_id",
)
EXPORTED_STOCK = record(
    "InventoryExportStockApiDataProductStockIndexDataInterface",
    texts("sku"),
    floats("qty"),
    flags("is_salable"),
    required="sku qty is_salable",
)
SELECTION_ALGORITHM = record(
    "InventorySourceSelectionApiDataSourceSelectionAlgorithmInterface",
    texts("code title description"),
    required="code title description",
)
SELECTION_BODY = record(
    "SourceSelectionBody",
    {
        "inventory_request": record(
            "InventorySourceSelectionApiDataInventoryRequestInterface",
            ints("stock_id"),
            {"items": Many(SKU_REQUEST)},
            required="stock_id items",
        )
    },
    texts("algorithm_code"),
    required="inventory_request algorithm_code",
)
SELECTION = record(
    "InventorySourceSelectionApiDataSourceSelectionResultInterface",
    {
        "source_selection_items": Many(
            record(
                "InventorySourceSelectionApiDataSourceSelectionItemInterface",
                texts("source_code sku"),
                floats("qty_to_deduct qty_available"),
                required="source_code sku qty_to_deduct qty_available",
            )
        )
    },
    flags("shippable"),
    required="source_selection_items shippable",
)
LOW_STOCK = record(
    "CatalogInventoryStockItemCriteriaInterface",
    ints("scope_id"),
    floats("qty"),
    ints("current_page page_size"),
)
