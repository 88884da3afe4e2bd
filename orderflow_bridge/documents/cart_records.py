"""The fields of carts, and which of them are always there (docs/contract/documents.md)."""

from orderflow_bridge.documents.order_reading import Reading
from orderflow_bridge.documents.records import Kind, Many, flags, floats, ints, record, texts
from orderflow_bridge.sales.models import QuoteAddress

BUNDLE_CHOICE = record(
    "BundleDataBundleOptionInterface",
    ints("option_id"),
    floats("option_qty"),
    {"option_selections": Many(Kind.INT)},
    required="option_id option_qty option_selections",
)
CART_ITEM = record(
    "QuoteDataCartItemInterface",
    ints("item_id"),
    texts("sku"),
    floats("qty"),
    texts("name"),
    floats("price"),
    texts("product_type quote_id"),
    {
        "product_option": record(
            "QuoteDataProductOptionInterface",
            {
                "extension_attributes": record(
                    "QuoteDataProductOptionExtensionInterface",
                    {"bundle_options": Many(BUNDLE_CHOICE)},
                )
            },
        )
    },
    required="qty quote_id",
)
CART_ADDRESS = record(
    "QuoteDataAddressInterface",
    ints("id"),
    texts("region region_code country_id"),
    {"street": Many(Kind.TEXT)},
    texts("company telephone fax postcode city firstname lastname email"),
    texts("middlename prefix suffix vat_id"),
    ints("region_id customer_id customer_address_id same_as_billing save_in_address_book"),
    required=(
        "region region_code region_id country_id street telephone postcode city firstname lastname"
    ),
)
CART_ADDRESSES = Reading(QuoteAddress, CART_ADDRESS, apart="id street")
# Magento's class of customers that buy at retail; guests are among them.
RETAIL_CUSTOMER = 3
CART_RATES = (
    *("store_to_base_rate", "store_to_quote_rate"),
    *("base_to_global_rate", "base_to_quote_rate"),
)
_CURRENCY = record(
    "QuoteDataCurrencyInterface",
    texts("global_currency_code base_currency_code store_currency_code quote_currency_code"),
    floats(" ".join(CART_RATES)),
)
_ASSIGNMENT = record(
    "QuoteDataShippingAssignmentInterface",
    {
        "shipping": record(
            "QuoteDataShippingInterface",
            {"address": CART_ADDRESS},
            texts("method"),
            required="address method",
        ),
        "items": Many(CART_ITEM),
    },
    required="shipping items",
)
CART = record(
    "QuoteDataCartInterface",
    ints("id"),
    texts("created_at updated_at"),
    flags("is_active is_virtual"),
    {"items": Many(CART_ITEM)},
    ints("items_count"),
    floats("items_qty"),
    {
        "customer": record("QuoteDataCustomer", ints("id"), texts("email firstname lastname")),
        "billing_address": CART_ADDRESS,
    },
    texts("reserved_order_id"),
    ints("orig_order_id"),
    {"currency": _CURRENCY},
    flags("customer_is_guest"),
    texts("customer_note"),
    flags("customer_note_notify"),
    ints("customer_tax_class_id store_id"),
    {
        "extension_attributes": record(
            "QuoteDataCartExtensionInterface",
            {"shipping_assignments": Many(_ASSIGNMENT)},
            required="shipping_assignments",
        )
    },
    required="id customer store_id",
)
TOTAL_SEGMENT = record(
    "QuoteDataTotalSegmentInterface", texts("code title"), floats("value"), required="code value"
)
CART_TOTALS = record(
    "QuoteDataTotalsInterface",
    floats(
        "grand_total base_grand_total subtotal base_subtotal discount_amount base_discount_amount"
        " subtotal_with_discount base_subtotal_with_discount shipping_amount base_shipping_amount"
        " shipping_discount_amount base_shipping_discount_amount tax_amount base_tax_amount"
        " shipping_tax_amount base_shipping_tax_amount subtotal_incl_tax base_subtotal_incl_tax"
        " shipping_incl_tax base_shipping_incl_tax"
    ),
    texts("base_currency_code quote_currency_code"),
    floats("items_qty"),
    {
        "items": Many(
            record(
                "QuoteDataTotalsItemInterface",
                ints("item_id"),
                floats(
                    "price base_price qty row_total base_row_total row_total_with_discount"
                    " tax_amount base_tax_amount tax_percent discount_amount base_discount_amount"
                    " discount_percent price_incl_tax base_price_incl_tax row_total_incl_tax"
                    " base_row_total_incl_tax"
                ),
                texts("options"),
                floats("weee_tax_applied_amount"),
                texts("weee_tax_applied name"),
                required=(
                    "item_id price base_price qty row_total base_row_total options"
                    " weee_tax_applied_amount weee_tax_applied"
                ),
            )
        ),
        "total_segments": Many(TOTAL_SEGMENT),
    },
    required="total_segments",
)
PAYMENT_METHOD = record(
    "QuoteDataPaymentMethodInterface", texts("code title"), required="code title"
)
SHIPPING_METHOD = record(
    "QuoteDataShippingMethodInterface",
    texts("carrier_code method_code carrier_title method_title"),
    floats("amount base_amount"),
    flags("available"),
    texts("error_message"),
    floats("price_excl_tax price_incl_tax"),
    required=(
        "carrier_code method_code amount base_amount available error_message price_excl_tax"
        " price_incl_tax"
    ),
)
PAYMENT_DETAILS = record(
    "CheckoutDataPaymentDetailsInterface",
    {"payment_methods": Many(PAYMENT_METHOD), "totals": CART_TOTALS},
    required="payment_methods totals",
)
