"""The fields of orders, and which of them are always there (docs/contract/documents.md)."""

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


# Amounts whose twin in the base currency is not named by the rule.
ODD_TWINS = {
    "shipping_discount_tax_compensation_amount": "base_shipping_discount_tax_compensation_amnt",
    "weee_tax_applied_row_amount": "base_weee_tax_applied_row_amnt",
}


def base_twin(name: str) -> str:
    """Return the name of an amount's twin in the base currency."""
    return ODD_TWINS.get(name, f"base_{name}")


def twins(names: str) -> dict[str, Shape]:
    """Return fields that are amounts, each followed by its twin in the base currency."""
    return floats(" ".join(f"{name} {base_twin(name)}" for name in names.split()))


_SHIPPING_AMOUNTS = twins(
    "shipping_amount shipping_canceled shipping_discount_amount"
    " shipping_discount_tax_compensation_amount shipping_incl_tax shipping_invoiced"
    " shipping_refunded shipping_tax_amount shipping_tax_refunded"
)

ADDRESS = record(
    "SalesDataOrderAddressInterface",
    texts(
        "address_type city company country_id email fax firstname lastname middlename postcode"
        " prefix region region_code suffix telephone vat_id vat_request_date vat_request_id"
    ),
    ints(
        "customer_address_id customer_id entity_id parent_id region_id vat_is_valid"
        " vat_request_success"
    ),
    {"street": Many(Kind.TEXT)},
    required="address_type city country_id firstname lastname postcode telephone",
)

PAYMENT = record(
    "SalesDataOrderPaymentInterface",
    texts(
        "account_status additional_data address_status anet_trans_method cc_approval cc_avs_status"
        " cc_cid_status cc_debug_request_body cc_debug_response_body cc_debug_response_serialized"
        " cc_exp_month cc_exp_year cc_last4 cc_number_enc cc_owner cc_secure_verify cc_ss_issue"
        " cc_ss_start_month cc_ss_start_year cc_status cc_status_description cc_trans_id cc_type"
        " echeck_account_name echeck_account_type echeck_bank_name echeck_routing_number"
        " echeck_type last_trans_id method po_number protection_eligibility"
    ),
    {"additional_information": Many(Kind.TEXT)},
    twins(
        "amount_authorized amount_canceled amount_ordered amount_paid amount_refunded"
        " shipping_amount shipping_captured shipping_refunded"
    ),
    floats("base_amount_paid_online base_amount_refunded_online"),
    ints("entity_id parent_id quote_payment_id"),
    required="account_status additional_information cc_last4 method",
)

STATUS_HISTORY = record(
    "SalesDataOrderStatusHistoryInterface",
    texts("comment created_at entity_name status"),
    ints("entity_id is_customer_notified is_visible_on_front parent_id"),
    required="comment is_customer_notified is_visible_on_front parent_id",
)

# What was chosen of a bundle, and by modules of a shop, is kept as it is; SOAP does not say it.
PRODUCT_OPTION = record(
    "CatalogDataProductOptionInterface",
    {
        "extension_attributes": Record(
            "CatalogDataProductOptionExtensionInterface",
            {
                "configurable_item_options": Many(
                    record(
                        "ConfigurableProductDataConfigurableItemOptionValueInterface",
                        texts("option_id"),
                        ints("option_value"),
                        required="option_id",
                    )
                )
            },
            unknown=Unknown.KEPT,
        )
    },
)

ITEM = record(
    "SalesDataOrderItemInterface",
    ints(
        "item_id order_id parent_item_id product_id quote_item_id store_id is_virtual"
        " is_qty_decimal free_shipping no_discount locked_do_invoice locked_do_ship event_id gw_id"
    ),
    texts(
        "sku name product_type description additional_data applied_rule_ids created_at updated_at"
        " ext_order_item_id weee_tax_applied"
    ),
    floats(
        "qty_ordered qty_invoiced qty_shipped qty_refunded qty_canceled qty_returned"
        " qty_backordered base_cost weight row_weight discount_percent tax_percent tax_canceled"
        " discount_tax_compensation_canceled"
    ),
    twins(
        "price original_price price_incl_tax row_total row_total_incl_tax row_invoiced"
        " discount_amount discount_invoiced discount_refunded tax_amount tax_invoiced tax_refunded"
        " tax_before_discount amount_refunded discount_tax_compensation_amount"
        " discount_tax_compensation_invoiced discount_tax_compensation_refunded"
        " weee_tax_applied_amount weee_tax_applied_row_amount weee_tax_disposition"
        " weee_tax_row_disposition"
    ),
    floats(
        "gw_price gw_price_invoiced gw_price_refunded gw_tax_amount gw_tax_amount_invoiced"
        " gw_tax_amount_refunded gw_base_price gw_base_price_invoiced gw_base_price_refunded"
        " gw_base_tax_amount gw_base_tax_amount_invoiced gw_base_tax_amount_refunded"
    ),
    {
        "parent_item": Kind.SELF,
        "product_option": PRODUCT_OPTION,
        "extension_attributes": ITEM_EXTENSION,
    },
    required="sku",
)

SHIPPING_TOTAL = record("SalesDataTotalInterface", _SHIPPING_AMOUNTS)

SHIPPING_ASSIGNMENT = record(
    "SalesDataShippingAssignmentInterface",
    {
        "shipping": record(
            "SalesDataShippingInterface",
            {"address": ADDRESS, "method": Kind.TEXT, "total": SHIPPING_TOTAL},
        ),
        "items": Many(ITEM),
        "stock_id": Kind.INT,
    },
    required="shipping items",
)

ORDER_EXTENSION = Record(
    "SalesDataOrderExtensionInterface",
    {
        "shipping_assignments": Many(SHIPPING_ASSIGNMENT),
        "payment_additional_info": Many(
            record(
                "PaymentDataPaymentAdditionalInfoInterface",
                texts("key value"),
                required="key value",
            )
        ),
        **ORDER_EXTENSIONS,
        **texts("orderflow_export_date orderflow_export_status"),
    },
    unknown=Unknown.KEPT,
)

ORDER = record(
    "SalesDataOrderInterface",
    ints(
        "entity_id store_id customer_id customer_group_id customer_is_guest customer_gender"
        " customer_note_notify billing_address_id quote_id quote_address_id is_virtual email_sent"
        " edit_increment can_ship_partially can_ship_partially_item forced_shipment_with_invoice"
        " payment_auth_expiration total_item_count"
    ),
    texts(
        "increment_id state status protect_code coupon_code applied_rule_ids discount_description"
        " shipping_description store_name created_at updated_at base_currency_code"
        " global_currency_code order_currency_code store_currency_code customer_email"
        " customer_firstname customer_middlename customer_lastname customer_prefix customer_suffix"
        " customer_dob customer_taxvat customer_note ext_customer_id ext_order_id"
        " hold_before_state hold_before_status original_increment_id relation_child_id"
        " relation_child_real_id relation_parent_id relation_parent_real_id remote_ip"
        " x_forwarded_for"
    ),
    twins(
        "grand_total subtotal subtotal_canceled subtotal_incl_tax subtotal_invoiced"
        " subtotal_refunded discount_amount discount_canceled discount_invoiced discount_refunded"
        " discount_tax_compensation_amount discount_tax_compensation_invoiced"
        " discount_tax_compensation_refunded"
    ),
    _SHIPPING_AMOUNTS,
    twins(
        "tax_amount tax_canceled tax_invoiced tax_refunded total_canceled total_due total_invoiced"
        " total_offline_refunded total_online_refunded total_paid total_qty_ordered total_refunded"
        " adjustment_negative adjustment_positive"
    ),
    floats(
        "base_total_invoiced_cost base_to_global_rate base_to_order_rate store_to_base_rate"
        " store_to_order_rate payment_authorization_amount weight"
    ),
    {
        "items": Many(ITEM),
        "billing_address": ADDRESS,
        "payment": PAYMENT,
        "status_histories": Many(STATUS_HISTORY),
        "extension_attributes": ORDER_EXTENSION,
    },
    required="base_grand_total grand_total customer_email items",
)
