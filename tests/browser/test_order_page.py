"""An operator does the shop's work at an order's page, from the order by hand to the refund."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import Hands, Mouse
from tests.browser.site import Site
from tests.browser.walk import message

FILL = "shop"
ADDRESS = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "street": "6146 Honey Bluff Parkway",
    "city": "Calder",
    "postcode": "49628-7978",
    "country_id": "US",
}


def test_an_operator_takes_an_order_by_hand_and_does_everything_with_it(page: Page, site: Site):
    hands = Mouse()
    site.sign_in(page, goal="/admin/sales/order/", name="operator")

    order_by_hand(page, hands)
    invoice_one_line(page, hands)
    send_the_confirmation(page, hands)
    comment(page, hands)
    edit_the_address(page, hands)
    ship_by_line(page, hands)
    refund_one(page, hands)
    reorder(page, hands)


def button(page: Page, name: str) -> Locator:
    """Return a link at the head of the page."""
    return page.locator(".bridge-head").get_by_role("link", name=name, exact=True)


def submit(page: Page, hands: Hands, name: str) -> None:
    """Press the button below a form."""
    hands.press(page.locator("main").get_by_role("button", name=name, exact=True))


def tab(page: Page, hands: Hands, name: str) -> Locator:
    """Open a tab of the order and return what is in it."""
    hands.press(page.get_by_role("tab", name=name, exact=True))
    return page.get_by_role("tabpanel", name=name, exact=True)


def order_by_hand(page: Page, hands: Hands) -> None:
    """Add an order: who, what, where, how."""
    page.goto(page.url + "add/")
    hands.write(page.locator("#id_customer_email"), "veronica@example.com")
    submit(page, hands, "Create Cart")
    for number, (sku, qty) in enumerate((("24-MB01", "3"), ("24-MB02", "2")), start=1):
        hands.write(page.locator(f"#id_sku_{number}"), sku)
        hands.write(page.locator(f"#id_units_{number}"), qty)
    for name, value in ADDRESS.items():
        hands.write(page.locator(f"#id_billing_{name}"), value)
    page.select_option("#id_shipping_method", "flatrate_flatrate")
    submit(page, hands, "Update Items and Totals")
    expect(page.locator("main")).to_contain_text("grand total")
    submit(page, hands, "Submit Order")
    expect(message(page)).to_contain_text("You created the order.")


def invoice_one_line(page: Page, hands: Hands) -> None:
    """Invoice the first row, and leave the second."""
    hands.press(button(page, "Invoice"))
    hands.write(page.get_by_label("Qty to invoice of 24-MB02"), "0")
    submit(page, hands, "Submit Invoice")
    expect(message(page)).to_contain_text("The invoice has been created.")
    expect(tab(page, hands, "Invoices")).to_contain_text("000000")


def send_the_confirmation(page: Page, hands: Hands) -> None:
    """Write the confirmation again."""
    hands.press(button(page, "Send Email"))
    submit(page, hands, "Send Email")
    expect(message(page)).to_contain_text("is sent within a minute")


def comment(page: Page, hands: Hands) -> None:
    """Add a remark that the customer sees."""
    history = tab(page, hands, "Comments History")
    hands.write(history.get_by_label("Comment", exact=True), "Rang, nobody in")
    hands.switch(history.get_by_label("Visible on Storefront"))
    submit(page, hands, "Submit Comment")
    expect(message(page)).to_contain_text("You added the comment.")
    shown = page.get_by_role("tabpanel", name="Comments History")
    expect(shown.locator("table")).to_contain_text("Rang, nobody in")


def edit_the_address(page: Page, hands: Hands) -> None:
    """Look at what OrderFlow will see, then save."""
    hands.press(button(page, "Edit"))
    hands.write(page.locator("#id_shipping_city"), "Leeds")
    submit(page, hands, "Preview")
    expect(page.get_by_role("region", name="What OrderFlow will see")).to_contain_text("Leeds")
    submit(page, hands, "Save")
    expect(message(page)).to_contain_text("You saved the order.")
    expect(page.locator("main")).to_contain_text("Leeds")


def ship_by_line(page: Page, hands: Hands) -> None:
    """Ship one row with a parcel, and find the shipment in its tab."""
    hands.press(button(page, "Ship"))
    hands.write(page.get_by_label("Qty to ship of 24-MB01"), "2")
    hands.write(page.get_by_label("Qty to ship of 24-MB02"), "0")
    hands.write(page.get_by_label("Courier 1"), "Royal Mail")
    hands.write(page.get_by_label("Tracking Number 1"), "AB123456789GB")
    submit(page, hands, "Submit Shipment")
    expect(message(page)).to_contain_text("The shipment has been created.")
    shipments = page.get_by_role("tabpanel", name="Shipments")
    expect(shipments.locator("#result_list")).to_contain_text("Veronica Costello")
    hands.write(shipments.get_by_label("Search by keyword"), "nothing")
    hands.press(shipments.get_by_role("button", name="Search"))
    expect(page.get_by_role("tabpanel", name="Shipments")).to_contain_text("No records match")
    hands.press(page.get_by_role("link", name="Reset search and filters"))


def refund_one(page: Page, hands: Hands) -> None:
    """Give one unit back, and return to the order."""
    hands.press(button(page, "Credit Memo"))
    hands.write(page.get_by_label("Qty to refund of 24-MB01"), "1")
    hands.write(page.get_by_label("Refund Shipping"), "0")
    submit(page, hands, "Refund Offline")
    expect(message(page)).to_contain_text("You created the credit memo.")
    hands.press(page.locator("#information").get_by_role("link").first)


def reorder(page: Page, hands: Hands) -> None:
    """Order the same once more."""
    first = page.locator("h2.bridge-title").inner_text()
    hands.press(button(page, "Reorder"))
    submit(page, hands, "Reorder")
    expect(page.locator("#id_billing_lastname")).to_have_value("Costello")
    submit(page, hands, "Submit Order")
    expect(message(page)).to_contain_text("You created the order.")
    assert page.locator("h2.bridge-title").inner_text() != first
