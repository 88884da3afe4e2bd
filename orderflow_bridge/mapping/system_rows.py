"""The system values: which of our values goes under which of OrderFlow's keys, part by part.

`exports/documents.py` and `exports/order_lines.py` write the documents by these tables. A row with
a path is a column or attribute as it is; the others are worked out there, and say here how.
"""

from dataclasses import dataclass

from orderflow_bridge.client.documents import (
    ADDRESS_KEYS,
    ORDER_KEYS,
    ORDER_LINE_KEYS,
    PRODUCT_KEYS,
    SHIPMENT_KEYS,
)
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.mapping.rows import Part


@dataclass(frozen=True)
class SystemRow:
    """One of OrderFlow's keys and where its value comes from without any change.

    `is_rare` is for what is not a column: an attribute, or one of an order's rarer fields.
    """

    key: str
    path: str = ""
    says: str = ""
    is_rare: bool = False


_SHIPPING_MAP = _("As the Shipping Map says, if it has the method")
_STREET = (
    _("Line 1 of the street"),
    _("Line 2 of the street"),
    _("Line 3 of the street"),
    _("Line 4 of the street"),
)
_FROM_SHIPPING_MAP = (
    "earliestShipDate", "priority", "priorityName", "courier", "requiredDeliveryDate",
)  # fmt: skip

SYSTEM_ROWS: dict[Part, tuple[SystemRow, ...]] = {
    Part.PRODUCT: (
        SystemRow("description", "product.name"),
        SystemRow("barcode", "product.barcode"),
        SystemRow("weight", "product.weight"),
        SystemRow("weightUnits", "product.weight_units"),
        SystemRow("physicalStorageTypes", "product.storage_types"),
        SystemRow("priceNet", "product.price"),
        SystemRow("priceGross", "product.price"),
        SystemRow("taxCode", "product.tax_code"),
        SystemRow("length", "product.length"),
        SystemRow("width", "product.width"),
        SystemRow("height", "product.height"),
        SystemRow("area", "product.area"),
        SystemRow("volume", "product.volume"),
        SystemRow("magentoType", "product.type_id"),
        SystemRow("tax", "product.tax", is_rare=True),
        SystemRow("currency", "product.currency", is_rare=True),
        SystemRow(
            "imageReference", says=_("The picture, a parent's, or Default Image; see Include Image")
        ),
        SystemRow("category", says=_("The name of its first category")),
        SystemRow("sellable", says=_("Whether the product is enabled")),
    ),
    Part.ORDER: (
        SystemRow("customerComment", "order.customer_note"),
        SystemRow("totalPriceGross", "order.grand_total"),
        SystemRow("totalTax", "order.tax_amount"),
        SystemRow("shippingPriceNet", "order.shipping_amount"),
        SystemRow("shippingTax", "order.shipping_tax_amount"),
        SystemRow("goodsPriceNet", "order.subtotal"),
        SystemRow("currency", "order.order_currency_code"),
        SystemRow("promotionCode", "order.coupon_code"),
        SystemRow("promotionDescription", "order.discount_description"),
        SystemRow("currencyUnits", "order.currency_units", is_rare=True),
        SystemRow("taxCode", "order.tax_code", is_rare=True),
        SystemRow("shippingTaxCode", "order.shipping_tax_code", is_rare=True),
        SystemRow("goodsTax", "order.goods_tax", is_rare=True),
        SystemRow("goodsTaxCode", "order.goods_tax_code", is_rare=True),
        SystemRow("paymentGatewayIdentifier", says=_("The payment's title, else its method")),
        SystemRow("totalPriceNet", says=_("The grand total less tax")),
        SystemRow("goodsPriceGross", says=_("The subtotal with tax")),
        SystemRow("shippingPriceGross", says=_("The shipping amount with tax")),
        SystemRow("exported", says=_("The time of the export in UTC")),
        SystemRow("status", says=_("The order's status")),
        SystemRow("giftSender", says=_("Who sends the gift message, if there is one")),
        SystemRow("giftRecipient", says=_("Whom the gift message is for")),
        SystemRow("giftMessage", says=_("The gift message")),
    ),
    Part.ADDRESS: (
        *(SystemRow(f"addressLine{n}", says=text) for n, text in enumerate(_STREET, 1)),
        SystemRow("addressLine5", "address.city"),
        SystemRow("addressLine6", "address.region"),
        SystemRow("postCode", "address.postcode"),
        SystemRow("companyName", "address.company"),
        SystemRow("countryCode", "address.country_id"),
        SystemRow("dayPhoneNumber", "address.telephone"),
        # As in the Magento 1 module: not OrderFlow's faxNumber, so a custom key.
        SystemRow("fax", "address.fax"),
        SystemRow("contactName", says=_("First and last name")),
        SystemRow("emailAddress", says=_("The address's e-mail, else the customer's")),
    ),
    Part.ORDER_LINE: (
        SystemRow("quantity", says=_("What is neither cancelled nor refunded")),
        SystemRow("description", says=_("The name on the order")),
        SystemRow("totalPriceNet", says=_("The row's total; see Calculate Discounts")),
        SystemRow("totalPriceGross", says=_("The row's total with tax")),
        SystemRow("totalTax", says=_("The row's tax")),
        SystemRow("totalTaxCode", says=_("The row's tax code")),
        SystemRow("unitPriceNet", says=_("The price of one")),
        SystemRow("unitPriceGross", says=_("The price of one with tax")),
        SystemRow("unitTax", says=_("The tax of one")),
        SystemRow("unitTaxCode", says=_("The row's tax code")),
        SystemRow("giftSender", says=_("Who sends the row's gift message, if there is one")),
        SystemRow("giftRecipient", says=_("Whom the row's gift message is for")),
        SystemRow("giftMessage", says=_("The row's gift message")),
    ),
    Part.SHIPMENT: (
        SystemRow("deliveryInstruction", "order.customer_note"),
        SystemRow("deliverySuggestionCode", "order.shipping_method"),
        SystemRow("deliverySuggestionName", "order.shipping_description"),
        # Where the shipping map has the order's method; it may also have the two above.
        *(SystemRow(key, says=_SHIPPING_MAP) for key in _FROM_SHIPPING_MAP),
    ),
}

# OrderFlow's own keys; everything else is a custom field there.
DECLARED_KEYS: dict[Part, tuple[str, ...]] = {
    Part.PRODUCT: PRODUCT_KEYS,
    Part.ORDER: ORDER_KEYS,
    Part.ADDRESS: ADDRESS_KEYS,
    Part.ORDER_LINE: ORDER_LINE_KEYS,
    Part.SHIPMENT: SHIPMENT_KEYS,
}
# What OrderFlow and the bridge know things by: despatches and stock come back under these.
FIXED_KEYS: dict[Part, tuple[str, ...]] = {
    Part.PRODUCT: ("externalReference",),
    Part.ORDER: ("externalReference",),
    Part.ADDRESS: (),
    Part.ORDER_LINE: ("externalReference", "product", "quantity", "shipment"),
    Part.SHIPMENT: ("externalReference", "orderItem"),
}


def column_table(part: Part, *, is_rare: bool = False) -> tuple[tuple[str, str], ...]:
    """Return (our column, OrderFlow's key) of the rows that are a value as it is."""
    return tuple(
        (row.path.partition(".")[2], row.key)
        for row in SYSTEM_ROWS[part]
        if row.path and row.is_rare is is_rare
    )


def system_row(part: Part, key: str) -> SystemRow | None:
    """Return the system's row for a key, None if nothing is sent under it."""
    return next((row for row in SYSTEM_ROWS[part] if row.key == key), None)
