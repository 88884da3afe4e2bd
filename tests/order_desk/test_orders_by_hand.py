"""An order by hand, and an order once more: the same checkout, rules and rows as by REST."""

from decimal import Decimal

import pytest

from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.order_desk.admin.desk_pages import BLIND
from orderflow_bridge.order_desk.checkout import reorder
from orderflow_bridge.sales.models import Order, OrderAddress, Quote, QuoteItem
from orderflow_bridge.stores.models import Store
from tests.carts import make_sold, make_variant
from tests.factories import make_address, make_bundle_item, make_order, make_product
from tests.order_desk.twins import by_both, said

pytestmark = pytest.mark.django_db

ADD = "/admin/sales/order/add/"
EMAIL = "veronica@example.com"
PLACE = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "city": "Calder",
    "region": "Michigan",
    "postcode": "49628-7978",
    "country_id": "US",
    "telephone": "555",
}


@pytest.fixture(autouse=True)
def _shop():
    make_sold("24-MB01", 5, price=Decimal("37.00"))
    make_sold("24-MB02", 1, price=Decimal("8.3333"))


def opened(browser):
    """Begin an order by hand; return the address of its cart's page."""
    store = Store.objects.get()
    return browser.post(ADD, {"store": store.pk, "customer_email": EMAIL}).url


def filled(*lines, street="6146 Honey Bluff Parkway", **values):
    form = {
        "customer_email": EMAIL,
        "is_same": "on",
        "billing_street": street,
        "shipping_method": "flatrate_flatrate",
        "payment_method": "purchaseorder",
        "po_number": "PO-7",
        **{f"billing_{name}": value for name, value in PLACE.items()},
    }
    for number, (sku, qty) in enumerate(lines, start=1):
        form |= {f"sku_{number}": sku, f"units_{number}": qty}
    return {**form, **values}


def by_rest(script, *lines, shipping_email=""):
    """Do by REST what the form does."""
    cart = script.post("carts")
    for sku, qty in lines:
        script.post(f"carts/{cart}/items", {"cartItem": {"sku": sku, "qty": qty}})
    address = {**PLACE, "street": ["6146 Honey Bluff Parkway"]}
    script.post(f"carts/{cart}/billing-address", {"address": {**address, "email": EMAIL}})
    shipping = {
        "shipping_address": {**address, "email": shipping_email},
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }
    script.post(f"carts/{cart}/shipping-information", {"addressInformation": shipping})
    payment = {"method": "purchaseorder", "po_number": "PO-7"}
    return script.put(f"carts/{cart}/order", {"paymentMethod": payment})


def without_ids(rows):
    """Return the rows without the ids of cart rows that order rows remember."""
    for row in rows["sales.OrderItem"]:
        row["extra"].pop("quote_item_id", None)
    return rows


def test_an_order_by_hand_and_by_rest_leave_the_same_rows(somebody, script):
    browser = somebody("create")
    lines = (("24-MB01", 2), ("24-mb02", 1))

    answer, page_rows, _, rest_rows = by_both(
        lambda: browser.post(opened(browser), filled(*lines, billing_email=EMAIL)),
        lambda: by_rest(script, *lines, shipping_email=EMAIL),
    )

    assert said(answer) == ["You created the order."]
    [order] = page_rows["sales.Order"]
    assert order["grand_total"] == Decimal("87.33")
    assert without_ids(page_rows) == without_ids(rest_rows)


def test_what_is_not_there_is_refused_in_rests_words_and_nothing_is_left(somebody, script):
    browser = somebody("create")
    address = opened(browser)
    cart = script.post("carts")

    for sku, qty in (("24-MB02", 2), ("nope", 1), ("24-MB01", -1)):
        answer = browser.post(address, filled((sku, qty)))
        item = {"cartItem": {"sku": sku, "qty": qty}}
        status = 404 if sku == "nope" else 400
        refusal = script.refused("POST", f"carts/{cart}/items", item, status=status)

        assert said(answer) == [refusal]
        assert f'value="{sku}"' in answer.content.decode()
    assert not Order.objects.exists()
    assert not QuoteItem.objects.exists()


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"shipping_method": ""}, "The shipping method is missing."),
        ({"payment_method": "free"}, "The requested Payment Method is not available."),
        ({"customer_email": "nobody"}, "Enter a valid email address."),
        ({"billing_city": ""}, "address, city: This field cannot be blank."),
        ({"sku_1": ""}, "The cart is empty. Add a product and try again."),
    ],
)
def test_what_a_cart_lacks_is_said(somebody, values, why):
    browser = somebody("create")

    answer = browser.post(opened(browser), filled(("24-MB01", 1), **values))

    assert why in said(answer)[0]
    assert not Order.objects.exists()


def test_the_cart_is_looked_at_and_changed_before_it_is_ordered(somebody):
    browser = somebody("create")
    address = opened(browser)

    browser.post(address, {**filled(("24-MB01", 1), ("24-MB02", 1)), "update": "1"})
    text = browser.get(address).content.decode()
    first, second = QuoteItem.objects.order_by("pk")
    browser.post(
        address,
        filled(
            **{f"qty_{first.pk}": 3, f"qty_{second.pk}": 0, "is_same": "", "shipping_city": "York"},
            **{f"shipping_{name}": value for name, value in PLACE.items() if name != "city"},
        ),
    )

    assert "Subtotal $45.33, shipping $5.00, grand total $50.33." in text
    [row] = Order.objects.get().items.all()
    assert (row.sku, row.qty_ordered) == ("24-MB01", 3)
    cities = OrderAddress.objects.order_by("address_type").values_list("city", flat=True)
    assert list(cities) == ["Calder", "York"]


def test_a_cart_is_ordered_once_however_often_it_is_submitted(somebody):
    browser = somebody("create")
    address = opened(browser)
    browser.post(address, filled(("24-MB01", 1)))

    again = browser.post(address, filled(("24-MB01", 1)))

    number = Order.objects.get().increment_id
    assert said(again)[-1] == f"This cart was ordered already: it is order #{number}."
    assert again.url.endswith(f"/by-number/{number}/")


def test_an_order_once_more_has_todays_prices_and_stock(somebody, script):
    old = make_order(items=[("24-MB01", 2)], customer_email=EMAIL, invoiced=False)
    old.items.update(price=1)
    make_address(old, **PLACE, street="6146 Honey Bluff Parkway")
    make_address(
        old, **PLACE, street="6146 Honey Bluff Parkway", address_type="billing", email=EMAIL
    )
    browser = somebody("create")

    def by_page():
        cart = browser.post(f"/admin/sales/order/{old.pk}/reorder/").url
        form = browser.get(cart).context["form"]
        shown = {name: form[name].value() or "" for name in form.fields}
        shown |= {"shipping_method": "flatrate_flatrate", "payment_method": "purchaseorder"}
        return browser.post(cart, {**shown, "po_number": "PO-7"})

    answer, page_rows, _, rest_rows = by_both(by_page, lambda: by_rest(script, ("24-MB01", 2)))

    assert said(answer)[-1] == "You created the order."
    assert page_rows["sales.Order"][-1]["grand_total"] == 79
    assert page_rows["sales.OrderItem"][-1]["price"] == 37
    assert without_ids(page_rows) == without_ids(rest_rows)


def test_what_cannot_be_sold_any_more_is_named_and_the_rest_is_put_into_the_cart(somebody):
    make_product("GONE")
    old = make_order(items=[("GONE", 1), ("24-MB01", 2), ("24-MB02", 4)])

    answer = somebody("create").post(f"/admin/sales/order/{old.pk}/reorder/")

    assert [text.partition(":")[0] for text in said(answer)] == ["GONE", "24-MB02"]
    assert list(QuoteItem.objects.values_list("sku", "qty")) == [("24-MB01", 2)]
    assert SourceItem.objects.get(product__sku="24-MB01").quantity == 5


def test_nothing_to_sell_makes_no_cart(somebody):
    make_product("GONE")
    old = make_order(items=[("GONE", 1)])

    answer = somebody("create").post(f"/admin/sales/order/{old.pk}/reorder/")

    assert said(answer)[0].startswith("Nothing of this order can be ordered again. GONE: ")
    assert not Quote.objects.exists()


def test_a_second_click_on_reorder_makes_no_second_cart(somebody):
    old = make_order(items=[("24-MB01", 2)])
    browser = somebody("create")

    clicks = [browser.post(f"/admin/sales/order/{old.pk}/reorder/").url for _ in range(2)]

    assert clicks[0] == clicks[1]
    assert Quote.objects.count() == 1


def test_variants_and_the_parts_of_bundles_are_ordered_again_by_their_own_skus():
    shirts = make_product("SHIRT", type_id="configurable")
    make_variant(shirts, "SHIRT-M", size="M")
    old = make_order(configurables=[("SHIRT-M", 2)])
    make_bundle_item(old, [("24-MB01", 2), ("24-MB02", 1)])

    cart, refusals = reorder(old.pk)

    assert refusals == []
    assert list(cart.items.order_by("pk").values_list("sku", "qty")) == [
        ("SHIRT-M", 2),
        ("24-MB01", 2),
        ("24-MB02", 1),
    ]


@pytest.mark.parametrize(
    ("model", "right"), [("order", "create"), ("invoice", "invoice"), ("shipment", "ship")]
)
def test_add_is_for_those_who_may(somebody, model, right):
    listed = f"/admin/sales/{model}/"
    reader, maker = somebody("comment"), somebody(right)

    assert reader.get(f"{listed}add/").status_code == 403
    assert f"{listed}add/" not in reader.get(listed).content.decode()
    assert maker.get(f"{listed}add/").status_code == 200
    assert f"{listed}add/" in maker.get(listed).content.decode()


def test_add_of_invoice_and_shipment_asks_for_the_order(operator):
    order = make_order(items=[("24-MB01", 2)], invoiced=False, increment_id="000000007")

    for model, page in (("invoice", "invoice"), ("shipment", "ship")):
        address = f"/admin/sales/{model}/add/"
        assert operator.post(address, {"number": order.increment_id}).url == (
            f"/admin/sales/order/{order.pk}/{page}/"
        )
        assert "Order 8 does not exist." in operator.post(address, {"number": "8"}).content.decode()


def test_who_sees_masks_in_place_of_names_orders_nothing(somebody):
    blind = somebody("create", sees=())
    old = make_order(items=[("24-MB01", 1)])

    answer = blind.post(f"/admin/sales/order/{old.pk}/reorder/")
    assert said(answer) == [BLIND]
    assert not Quote.objects.exists()

    address = opened(blind)
    assert said(blind.get(address))[-1] == BLIND
    assert said(blind.post(address, filled(("24-MB01", 1))))[-1] == BLIND
    assert Order.objects.count() == 1
