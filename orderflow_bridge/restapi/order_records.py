"""What callers may send about orders, shipments and carts, for the endpoint and its description."""

from dataclasses import replace

from orderflow_bridge.documents.cart_records import BUNDLE_CHOICE, CART_ADDRESS
from orderflow_bridge.documents.order_records import (
    ADDRESS,
    ITEM,
    ORDER,
    ORDER_EXTENSION,
    SHIPPING_TOTAL,
    STATUS_HISTORY,
)
from orderflow_bridge.documents.records import (
    Kind,
    Many,
    closed,
    flags,
    floats,
    given,
    ints,
    record,
    texts,
)
from orderflow_bridge.documents.shipments import (
    SHIPMENT,
    SHIPMENT_COMMENT,
    SHIPMENT_ITEM,
    SHIPMENT_TRACK,
)

_SHIPMENT_EXTENSION = record("SalesDataShipmentExtensionGiven", texts("source_code"))
# Fields of a new shipment that follow from its order, whatever a document says, as in Magento.
SHIPMENT_FOLLOWS = (
    *("entity_id", "store_id", "customer_id", "billing_address_id", "shipping_address_id"),
    *("total_qty", "total_weight", "created_at", "updated_at", "packages", "shipment_status"),
)

# A child may bring its parent along; what counts is the parent's own place among the items.
_PARENT = replace(
    ITEM,
    name="SalesDataOrderItemParent",
    fields={name: shape for name, shape in ITEM.fields.items() if name != "parent_item"},
)
_ITEM = replace(ITEM, fields={**ITEM.fields, "parent_item": _PARENT})
_SHIPPING = record(
    "SalesDataShipping", {"address": ADDRESS, "method": Kind.TEXT, "total": SHIPPING_TOTAL}
)
_ASSIGNMENT = record(
    "SalesDataShippingAssignment",
    {"shipping": _SHIPPING, "items": Many(_ITEM), "stock_id": Kind.INT},
)
_EXTENSION = replace(
    ORDER_EXTENSION,
    fields={**ORDER_EXTENSION.fields, "shipping_assignments": Many(_ASSIGNMENT)},
)
ORDER_GIVEN = given(
    replace(
        ORDER,
        fields={
            **ORDER.fields,
            "items": Many(_ITEM),
            "extension_attributes": _EXTENSION,
        },
    )
)
ORDER_ADDRESS_BODY = record(
    "SalesOrderAddressSaveBody", {"entity": given(ADDRESS)}, required="entity"
)
ORDER_BODY = record("SalesOrderSaveBody", {"entity": ORDER_GIVEN}, required="entity")

_COMMENT_FIELDS = (
    *("comment", "status", "is_customer_notified", "is_visible_on_front"),
    *("entity_id", "parent_id"),
)
_ORDER_COMMENT = replace(
    STATUS_HISTORY, fields={name: STATUS_HISTORY.fields[name] for name in _COMMENT_FIELDS}
)
ORDER_COMMENT_BODY = record(
    "SalesOrderCommentBody",
    {
        "status_history": replace(
            given(_ORDER_COMMENT, required="comment"), name="SalesDataOrderCommentGiven"
        )
    },
    required="status_history",
)
SHIPMENT_COMMENT_BODY = record(
    "SalesShipmentCommentBody",
    {"entity": given(SHIPMENT_COMMENT, required="comment")},
    required="entity",
)

UNITS = closed(
    record(
        "SalesDataItemCreation",
        ints("order_item_id"),
        floats("qty"),
        required="order_item_id qty",
    )
)
_REMARK = closed(
    record(
        "SalesDataCommentCreation",
        texts("comment"),
        flags("is_visible_on_front"),
        required="comment",
    )
)
_TRACK = closed(
    record(
        "SalesDataTrackCreation",
        texts("track_number title carrier_code"),
        required="track_number",
    )
)
SHIP_BODY = record(
    "SalesShipOrderBody",
    {"items": Many(UNITS)},
    flags("notify append_comment"),
    {
        "comment": _REMARK,
        "tracks": Many(_TRACK),
        "packages": Many(closed(record("SalesDataPackageCreation", {}))),
        "arguments": closed(
            record(
                "SalesDataShipArguments",
                {
                    "extension_attributes": record(
                        "SalesDataShipArgumentsExtension", texts("source_code")
                    )
                },
            )
        ),
    },
)
INVOICE_BODY = record(
    "SalesInvoiceOrderBody",
    flags("capture"),
    {"items": Many(UNITS)},
    flags("notify append_comment"),
    {"comment": _REMARK, "arguments": closed(record("SalesDataInvoiceArguments", {}))},
)
REFUND_BODY = record(
    "SalesRefundOrderBody",
    {"items": Many(UNITS)},
    flags("notify append_comment"),
    {
        "comment": _REMARK,
        "arguments": closed(
            record(
                "SalesDataCreditmemoCreationArguments",
                floats("shipping_amount adjustment_positive adjustment_negative"),
            )
        ),
    },
)
# Of a new shipment, what neither is named here nor follows from its order cannot be kept.
_SHIPMENT = replace(
    given(SHIPMENT, required="order_id"),
    fields={
        **{name: given(SHIPMENT).fields[name] for name in SHIPMENT_FOLLOWS},
        "order_id": Kind.INT,
        "items": Many(given(SHIPMENT_ITEM, required="order_item_id qty")),
        "tracks": Many(replace(given(SHIPMENT_TRACK, required="track_number"), name="NewTrack")),
        "comments": Many(replace(given(SHIPMENT_COMMENT, required="comment"), name="NewComment")),
        "extension_attributes": closed(_SHIPMENT_EXTENSION),
    },
)
SHIPMENT_BODY = record("SalesShipmentSaveBody", {"entity": _SHIPMENT}, required="entity")
TRACK_BODY = record(
    "SalesShipmentTrackSaveBody",
    {"entity": given(SHIPMENT_TRACK, required="parent_id track_number")},
    required="entity",
)

_PRODUCT_OPTION = record(
    "QuoteDataProductOptionGiven",
    {
        "extension_attributes": record(
            "QuoteDataProductOptionExtensionGiven",
            {
                "configurable_item_options": Many(
                    record("QuoteDataConfigurableOptionGiven", texts("option_id option_value"))
                ),
                "bundle_options": Many(given(BUNDLE_CHOICE, required="option_id")),
                "grouped_options": Many(
                    record("QuoteDataGroupedOptionGiven", ints("id"), floats("qty"), required="id")
                ),
            },
        )
    },
)
CART_ITEM_BODY = record(
    "QuoteCartItemBody",
    {
        "cart_item": record(
            "QuoteDataCartItemGiven",
            texts("sku"),
            floats("qty"),
            texts("quote_id"),
            {"product_option": _PRODUCT_OPTION},
            required="qty",
        )
    },
    required="cart_item",
)
_ADDRESS = given(CART_ADDRESS, required="firstname lastname city country_id")
ADDRESS_BODY = record(
    "QuoteAddressBody", {"address": _ADDRESS}, flags("use_for_shipping"), required="address"
)
SHIPPING_BODY = record(
    "QuoteShippingInformationBody",
    {
        "address_information": record(
            "QuoteDataShippingInformation",
            {"shipping_address": _ADDRESS, "billing_address": _ADDRESS},
            texts("shipping_carrier_code shipping_method_code"),
            required="shipping_address shipping_carrier_code shipping_method_code",
        )
    },
    required="address_information",
)
PAYMENT_BODY = record(
    "QuotePlaceOrderBody",
    {
        "payment_method": record(
            "QuoteDataPaymentGiven", texts("method po_number"), required="method"
        )
    },
)
