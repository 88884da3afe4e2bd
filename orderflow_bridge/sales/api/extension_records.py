"""What Magento's own modules add to orders and their rows: gift messages and taxes."""

from collections.abc import Mapping

from orderflow_bridge.documents.records import (
    Kind,
    Many,
    Record,
    Shape,
    Unknown,
    flags,
    floats,
    ints,
    record,
    texts,
)

GIFT_MESSAGE = Record(
    "GiftMessageDataMessageInterface",
    {
        **ints("gift_message_id customer_id"),
        **texts("sender recipient message"),
        "extension_attributes": record(
            "GiftMessageDataMessageExtensionInterface",
            texts("entity_id entity_type"),
            ints("wrapping_id"),
            flags("wrapping_allow_gift_receipt wrapping_add_printed_card"),
        ),
    },
    frozenset({"sender", "recipient", "message"}),
)
_RATE = record(
    "TaxDataAppliedTaxRateInterface", texts("code title"), floats("percent"), required=""
)
_APPLIED_TAX = record(
    "TaxDataOrderTaxDetailsAppliedTaxInterface",
    texts("code title"),
    floats("percent amount base_amount"),
    {
        "extension_attributes": record(
            "TaxDataOrderTaxDetailsAppliedTaxExtensionInterface", {"rates": Many(_RATE)}
        )
    },
    required="amount base_amount",
)
_ITEM_TAXES = record(
    "TaxDataOrderTaxDetailsItemInterface",
    texts("type"),
    ints("item_id associated_item_id"),
    {"applied_taxes": Many(_APPLIED_TAX)},
)
_TAX = record(
    "SalesDataOrderTaxInterface",
    ints("tax_id order_id"),
    texts("code title"),
    floats("percent amount"),
    ints("priority position"),
    floats("base_amount"),
    ints("process"),
    floats("base_real_amount"),
)
_ITEMIZED_TAX = record(
    "SalesDataOrderTaxItemInterface",
    ints("tax_item_id tax_id item_id"),
    texts("tax_code"),
    floats("tax_percent amount base_amount real_amount real_base_amount"),
    ints("associated_item_id"),
    texts("taxable_item_type"),
)

ORDER_EXTENSIONS: Mapping[str, Shape] = {
    "gift_message": GIFT_MESSAGE,
    "applied_taxes": Many(_APPLIED_TAX),
    "item_applied_taxes": Many(_ITEM_TAXES),
    "converting_from_quote": Kind.FLAG,
    "taxes": Many(_TAX),
    "additional_itemized_taxes": Many(_ITEMIZED_TAX),
    "pickup_location_code": Kind.TEXT,
}
ITEM_EXTENSION = Record(
    "SalesDataOrderItemExtensionInterface",
    {"gift_message": GIFT_MESSAGE, "itemized_taxes": Many(_ITEMIZED_TAX)},
    unknown=Unknown.KEPT,
)
