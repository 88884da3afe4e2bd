"""The kinds of bulk calls, with Magento's names for their topics and services."""

from orderflow_bridge.restapi.bulk import further_kinds, kinds
from orderflow_bridge.restapi.bulk.kinds import Kind

_PRODUCT = "Magento\\Catalog\\Api\\ProductRepositoryInterface::"
_PRODUCT_TOPIC = "async.magento.catalog.api.productrepositoryinterface."
_PRICES = "async.magento.catalog.api."
_SALES = "async.magento.sales.api."

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "source_items",
            "Source items",
            "async.magento.inventoryapi.api.sourceitemssaveinterface.execute.post",
            "Magento\\InventoryApi\\Api\\SourceItemsSaveInterface::execute",
            kinds.save_source_items,
        ),
        Kind(
            "source_items_delete",
            "Source items to be deleted",
            "async.magento.inventoryapi.api.sourceitemsdeleteinterface.execute.post",
            "Magento\\InventoryApi\\Api\\SourceItemsDeleteInterface::execute",
            further_kinds.delete_source_items,
        ),
        Kind(
            "orders",
            "Orders",
            f"{_SALES}orderrepositoryinterface.save.post",
            "Magento\\Sales\\Api\\OrderRepositoryInterface::save",
            kinds.save_orders,
        ),
        Kind(
            "shipments",
            "Shipments of orders",
            f"{_SALES}shiporderinterface.execute.post",
            "Magento\\Sales\\Api\\ShipOrderInterface::execute",
            further_kinds.ship,
        ),
        Kind(
            "order_comments",
            "Comments on orders",
            f"{_SALES}ordermanagementinterface.addcomment.post",
            "Magento\\Sales\\Api\\OrderManagementInterface::addComment",
            further_kinds.comment,
        ),
        Kind(
            "products",
            "Products",
            f"{_PRODUCT_TOPIC}save.post",
            f"{_PRODUCT}save",
            kinds.save_products,
        ),
        Kind(
            "products_by_sku",
            "Products by SKU",
            f"{_PRODUCT_TOPIC}save.put",
            f"{_PRODUCT}save",
            kinds.save_products,
        ),
        Kind(
            "products_delete",
            "Products to be deleted",
            f"{_PRODUCT_TOPIC}deletebyid.delete",
            f"{_PRODUCT}deleteById",
            further_kinds.delete_products,
        ),
        *(
            Kind(
                name,
                title,
                f"{_PRICES}{service.lower()}.{method.lower()}.{verb}",
                f"Magento\\Catalog\\Api\\{service}::{method}",
                carry_out,
            )
            for name, title, service, method, verb, carry_out in (
                (
                    *("base_prices", "Prices", "BasePriceStorageInterface", "update", "post"),
                    further_kinds.base_prices,
                ),
                (
                    *("special_prices", "Special prices", "SpecialPriceStorageInterface"),
                    *("update", "post", further_kinds.special_prices),
                ),
                (
                    "special_prices_delete",
                    "Special prices to be deleted",
                    *("SpecialPriceStorageInterface", "delete", "post"),
                    further_kinds.delete_special_prices,
                ),
                (
                    *("tier_prices", "Tier prices", "TierPriceStorageInterface", "update", "post"),
                    further_kinds.add_tier_prices,
                ),
                (
                    *("tier_prices_replace", "Tier prices, all", "TierPriceStorageInterface"),
                    *("replace", "put", further_kinds.replace_tier_prices),
                ),
                (
                    *("tier_prices_delete", "Tier prices to be deleted"),
                    *("TierPriceStorageInterface", "delete", "post"),
                    further_kinds.delete_tier_prices,
                ),
            )
        ),
    )
}
