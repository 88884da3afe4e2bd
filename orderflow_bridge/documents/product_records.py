"""The fields of a product, and which of them are always there (docs/contract/documents.md)."""

from dataclasses import replace

from orderflow_bridge.documents.records import Kind, Many, flags, floats, ints, record, texts

STOCK_ITEM = record(
    "CatalogInventoryDataStockItemInterface",
    ints("item_id product_id stock_id"),
    floats("qty"),
    flags("is_in_stock is_qty_decimal show_default_notification_message use_config_min_qty"),
    floats("min_qty"),
    ints("use_config_min_sale_qty"),
    floats("min_sale_qty"),
    flags("use_config_max_sale_qty"),
    floats("max_sale_qty"),
    flags("use_config_backorders"),
    ints("backorders"),
    flags("use_config_notify_stock_qty"),
    floats("notify_stock_qty"),
    flags("use_config_qty_increments"),
    floats("qty_increments"),
    flags("use_config_enable_qty_inc enable_qty_increments use_config_manage_stock manage_stock"),
    texts("low_stock_date"),
    flags("is_decimal_divided"),
    ints("stock_status_changed_auto"),
    required=(
        "item_id product_id stock_id qty is_in_stock is_qty_decimal"
        " show_default_notification_message use_config_min_qty min_qty use_config_min_sale_qty"
        " min_sale_qty use_config_max_sale_qty max_sale_qty use_config_backorders backorders"
        " use_config_notify_stock_qty notify_stock_qty use_config_qty_increments qty_increments"
        " use_config_enable_qty_inc enable_qty_increments use_config_manage_stock manage_stock"
        " low_stock_date is_decimal_divided stock_status_changed_auto"
    ),
)

CATEGORY_LINK = record(
    "CatalogDataCategoryLinkInterface",
    ints("position"),
    texts("category_id"),
    required="category_id",
)

PRODUCT_EXTENSION = record(
    "CatalogDataProductExtensionInterface",
    {
        "website_ids": Many(Kind.INT),
        "category_links": Many(CATEGORY_LINK),
        "stock_item": STOCK_ITEM,
    },
)

PRODUCT_LINK = record(
    "CatalogDataProductLinkInterface",
    texts("sku link_type linked_product_sku linked_product_type"),
    ints("position"),
    required="sku link_type linked_product_sku linked_product_type position",
)

# A group says how many units it suggests; SOAP does not say it.
LINK_WITH_UNITS = replace(
    PRODUCT_LINK,
    fields={
        **PRODUCT_LINK.fields,
        "extension_attributes": record("CatalogDataProductLinkExtensionInterface", floats("qty")),
    },
)

OPTION = record(
    "CatalogDataProductCustomOptionInterface",
    texts("product_sku"),
    ints("option_id"),
    texts("title type"),
    ints("sort_order"),
    flags("is_require"),
    floats("price"),
    texts("price_type sku file_extension"),
    ints("max_characters image_size_x image_size_y"),
    {
        "values": Many(
            record(
                "CatalogDataProductCustomOptionValuesInterface",
                texts("title"),
                ints("sort_order"),
                floats("price"),
                texts("price_type sku"),
                ints("option_type_id"),
                required="title sort_order price price_type",
            )
        )
    },
    required="product_sku title type sort_order is_require",
)

MEDIA_ENTRY = record(
    "CatalogDataProductAttributeMediaGalleryEntryInterface",
    ints("id"),
    texts("media_type label"),
    ints("position"),
    flags("disabled"),
    {"types": Many(Kind.TEXT)},
    texts("file"),
    required="media_type label position disabled types",
)

TIER_PRICE = record(
    "CatalogDataProductTierPriceInterface",
    ints("customer_group_id"),
    floats("qty value"),
    required="customer_group_id qty value",
)

ATTRIBUTE = record(
    "FrameworkAttributeInterface",
    texts("attribute_code"),
    {"value": Kind.ANY},
    required="attribute_code value",
)

# Attributes that are columns here and custom attributes in Magento.
ATTRIBUTE_COLUMNS = (
    "description", "image", "tax_class_id", "barcode", "weight_units", "length", "width", "height",
    "area", "volume", "storage_types", "tax_code", "orderflow_export_status",
    "orderflow_export_date",
)  # fmt: skip

PRODUCT = record(
    "CatalogDataProductInterface",
    ints("id"),
    texts("sku name"),
    ints("attribute_set_id"),
    floats("price"),
    ints("status visibility"),
    texts("type_id created_at updated_at"),
    floats("weight"),
    {
        "extension_attributes": PRODUCT_EXTENSION,
        "product_links": Many(PRODUCT_LINK),
        "options": Many(OPTION),
        "media_gallery_entries": Many(MEDIA_ENTRY),
        "tier_prices": Many(TIER_PRICE),
        "custom_attributes": Many(ATTRIBUTE),
    },
    required="sku",
)
