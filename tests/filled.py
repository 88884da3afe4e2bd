"""An order and a product with every field filled, and the names of those fields."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product as combinations

from orderflow_bridge.catalog.models import Category, Product, ProductCategory, ProductWebsite
from orderflow_bridge.sales.models import Order, OrderPayment, OrderStatusHistory
from tests.factories import (
    make_address,
    make_configurable_item,
    make_order,
    make_product,
    make_source_item,
    make_store,
    make_website,
)

WHEN = datetime(2017, 3, 22, 15, 25, 16, tzinfo=UTC)
_BRACES = re.compile(r"\{([^}]*)\}")


def names(text: str) -> list[str]:
    """Return names written in short: `tax_{amount,canceled}` is two of them."""
    found = []
    for word in text.split():
        options = [match.split(",") for match in _BRACES.findall(word)]
        template = _BRACES.sub("{}", word)
        found += [template.format(*choice) for choice in combinations(*options)]
    return found


ORDER_INTS = names(
    "entity_id store_id customer_id customer_group_id customer_is_guest customer_gender"
    " customer_note_notify billing_address_id quote_id quote_address_id is_virtual email_sent"
    " edit_increment can_ship_partially can_ship_partially_item forced_shipment_with_invoice"
    " payment_auth_expiration total_item_count"
)
ORDER_TEXTS = names(
    "increment_id state status protect_code coupon_code applied_rule_ids discount_description"
    " shipping_description store_name created_at updated_at"
    " {base,global,order,store}_currency_code"
    " customer_{firstname,middlename,lastname,prefix,suffix,dob,taxvat,note} customer_email"
    " ext_customer_id ext_order_id hold_before_state hold_before_status original_increment_id"
    " relation_{child,parent}_{id,real_id} remote_ip x_forwarded_for"
)
ORDER_TWINS = names(
    "grand_total subtotal subtotal_{canceled,incl_tax,invoiced,refunded}"
    " discount_{amount,canceled,invoiced,refunded}"
    " discount_tax_compensation_{amount,invoiced,refunded}"
    " shipping_{amount,canceled,discount_amount,incl_tax,invoiced,refunded,tax_amount,tax_refunded}"
    " tax_{amount,canceled,invoiced,refunded}"
    " total_{canceled,due,invoiced,offline_refunded,online_refunded,paid,qty_ordered,refunded}"
    " adjustment_{negative,positive}"
)
ORDER_FLOATS = [
    *ORDER_TWINS,
    *(f"base_{name}" for name in ORDER_TWINS),
    *names(
        "shipping_discount_tax_compensation_amount base_shipping_discount_tax_compensation_amnt"
        " base_total_invoiced_cost base_to_global_rate base_to_order_rate store_to_base_rate"
        " store_to_order_rate payment_authorization_amount weight"
    ),
]
ITEM_INTS = names(
    "item_id order_id parent_item_id product_id quote_item_id store_id is_virtual is_qty_decimal"
    " free_shipping no_discount locked_do_invoice locked_do_ship event_id"
)
ITEM_TEXTS = names(
    "sku name product_type description additional_data applied_rule_ids created_at updated_at"
    " ext_order_item_id weee_tax_applied"
)
ITEM_TWINS = names("price original_price price_incl_tax row_total row_total_incl_tax row_invoiced")
ITEM_FLOATS = [
    *ITEM_TWINS,
    *(f"base_{name}" for name in ITEM_TWINS),
    *names(
        "qty_{ordered,invoiced,shipped,refunded,canceled,returned,backordered}"
        " base_cost weight row_weight discount_{amount,percent,invoiced,refunded}"
        " tax_{amount,percent,invoiced,refunded,canceled,before_discount} amount_refunded"
        " discount_tax_compensation_{amount,canceled,invoiced,refunded}"
        " weee_tax_applied_{amount,row_amount} weee_tax_{disposition,row_disposition}"
        " gw_{price,price_invoiced,price_refunded,tax_amount,tax_amount_invoiced}"
    ),
]
ADDRESS_INTS = names(
    "customer_address_id customer_id entity_id parent_id region_id vat_is_valid vat_request_success"
)
ADDRESS_TEXTS = names(
    "address_type city country_id firstname lastname postcode telephone company email fax"
    " middlename prefix suffix region region_code vat_id vat_request_date vat_request_id"
)
PAYMENT_TEXTS = names(
    "account_status cc_last4 method last_trans_id po_number cc_{owner,type,exp_month,exp_year}"
    " echeck_{bank_name,account_name,type}"
)
PAYMENT_FLOATS = names(
    "amount_{authorized,canceled,ordered,paid,refunded}"
    " base_amount_{authorized,canceled,ordered,paid,refunded} shipping_amount base_shipping_amount"
)
HISTORY = names(
    "comment is_customer_notified is_visible_on_front parent_id created_at entity_id entity_name"
    " status"
)
PRODUCT_FIELDS = names(
    "id sku name attribute_set_id price status visibility type_id created_at updated_at weight"
)
PRODUCT_ATTRIBUTES = names(
    "description url_key image tax_class_id category_ids orderflow_export_status"
    " orderflow_export_date barcode weight_units length width height area volume storage_types"
    " tax_code"
)
STOCK_ITEM = names(
    "item_id product_id stock_id qty is_in_stock is_qty_decimal show_default_notification_message"
    " use_config_min_qty min_qty use_config_min_sale_qty min_sale_qty use_config_max_sale_qty"
    " max_sale_qty use_config_backorders backorders use_config_notify_stock_qty notify_stock_qty"
    " use_config_qty_increments qty_increments use_config_enable_qty_inc enable_qty_increments"
    " use_config_manage_stock manage_stock low_stock_date is_decimal_divided"
    " stock_status_changed_auto"
)


def _extra(ints: list[str], texts: list[str], floats: list[str]) -> dict[str, object]:
    """Return a value for every name, each unlike the others of its kind."""
    return (
        {name: number for number, name in enumerate(ints, start=1)}
        | {name: f"{name} & <text>" for name in texts}
        | {name: number + 0.25 for number, name in enumerate(floats, start=1)}
    )


def filled_order() -> Order:
    """Make an order with a configurable item, and a value in every field."""
    store = make_store(make_website(name="Main Website"), name="English")
    rarer_address = _extra(ADDRESS_INTS, ADDRESS_TEXTS, [])
    order = make_order(
        store=store,
        increment_id="000000005",
        quote_id=7,
        hold_before_state="new",
        hold_before_status="pending",
        customer_note="Leave it at the door.",
        coupon_code="SPRING",
        discount_description="Spring sale",
        shipping_method="flatrate_flatrate",
        shipping_description="Flat Rate - Fixed",
        grand_total=Decimal("90.0000"),
        base_grand_total=Decimal("90.0000"),
        total_paid=Decimal("25.8900"),
        total_qty_ordered=2,
        weight=Decimal("1.5"),
        email_sent=True,
        orderflow_export_status="Queued",
        orderflow_export_date=WHEN,
        created_at=WHEN,
        extra=_extra(ORDER_INTS, ORDER_TEXTS, ORDER_FLOATS)
        | {
            "base_currency_code": "USD",
            "stock_id": 3,
            "billing_address": rarer_address,
            "shipping_address": rarer_address,
            "unknown_to_magento": "left out",
        },
    )
    parent = make_configurable_item(order, make_product("24-MB01", weight=Decimal("0.9")), 2)
    option = {"option_id": "93", "option_value": 52}
    for item in order.items.all():
        item.extra = _extra(ITEM_INTS, ITEM_TEXTS, ITEM_FLOATS) | {
            "product_option": {"extension_attributes": {"configurable_item_options": [option]}}
        }
        item.created_at = WHEN
        item.save()
    assert parent.children.exists()
    make_address(order, address_type="billing", company="Realtime Despatch", region_code="MI")
    make_address(order, street="6146 Honey Bluff Parkway\nBack door", fax="1", region_code="MI")
    OrderPayment.objects.create(
        order=order,
        method="checkmo",
        title="Check / Money order",
        last_trans_id="T-1",
        amount_ordered=90,
        extra=_extra([], PAYMENT_TEXTS, PAYMENT_FLOATS),
    )
    OrderStatusHistory.objects.create(
        order=order, status="pending", comment="Order placed.", created_at=WHEN
    )
    return Order.objects.get(pk=order.pk)


def filled_product() -> Product:
    """Make a product of two websites with a value in every field."""
    product = make_product(
        "24-MB01",
        name="Joust Duffle Bag <38 l>",
        price=Decimal("25.8900"),
        weight=Decimal("10.0000"),
        description="A bag & more",
        image="/m/b/mb01.jpg",
        tax_class_id=2,
        barcode="5012345678900",
        weight_units="kg",
        length=1,
        width=2,
        height=Decimal("3.5"),
        area=4,
        volume=5,
        storage_types="pallet",
        tax_code="T1",
        created_at=WHEN,
        custom_attributes={
            "url_key": "joust-duffle-bag",
            "colours": ["3", "4"],
            "empty": "",
            "product_links": [
                {
                    "sku": "24-MB01",
                    "link_type": "related",
                    "linked_product_sku": "24-MB04",
                    "linked_product_type": "simple",
                    "position": 1,
                }
            ],
            "options": [
                {
                    "product_sku": "24-MB01",
                    "title": "Engraving",
                    "type": "field",
                    "sort_order": 1,
                    "is_require": False,
                }
            ],
            "tier_prices": [{"customer_group_id": 32000, "qty": 10, "value": 20.5}],
        },
    )
    for website in (make_website(), make_website()):
        ProductWebsite.objects.create(product=product, website=website)
    for name in ("Gear", "Bags"):
        category = Category.objects.create(name=name)
        ProductCategory.objects.create(product=product, category=category, position=2)
    make_source_item(product, 90)
    make_source_item(product, "1.5", source="eu")
    Product.objects.filter(pk=product.pk).update(
        orderflow_export_status="Queued", orderflow_export_date=WHEN
    )
    return Product.objects.get(pk=product.pk)
