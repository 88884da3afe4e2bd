"""The guide's chapters Inventory Import and Shipment Import, as clicks: the guide's, and here."""

from playwright.sync_api import expect

from tests.browser.desk import Desk, Part

BAG = "24-MB01"
ORDER = "000000005"


def _push_one_product(desk: Desk) -> None:
    desk.screen("Stock")
    desk.hands.press(desk.warehouse.get_by_role("button", name=f"Push stock of {BAG}"))
    expect(desk.warehouse.get_by_role("status")).to_contain_text("1 message sent.")


def _read_the_answer(desk: Desk) -> None:
    desk.screen("Messages")
    desk.hands.press(desk.warehouse.locator("tbody a").first)
    expect(desk.warehouse.locator("pre").last).to_contain_text("Success - Message")


def _see_the_stock_request(desk: Desk) -> None:
    desk.menu("OrderFlow Imports", "Requests")
    row = desk.shop.locator("#result_list tbody tr").first
    expect(row).to_contain_text("Inventory")
    expect(row).to_contain_text("Pending")
    desk.hands.press(desk.newest())
    expect(desk.shop.locator("main")).to_contain_text(BAG)


def _read_the_stock_report(desk: Desk) -> None:
    desk.site.run_job("orderflow_import_inventory_update")
    desk.shop.reload()
    desk.hands.press(desk.shop.get_by_role("link", name="View Import Report"))
    desk.tab("Import Lines")
    row = desk.shop.locator("#lines tbody tr", has_text=BAG)
    expect(row).to_contain_text("Product Quantity Successfully Updated to 99")


def _push_everything(desk: Desk) -> None:
    desk.screen("Stock")
    desk.hands.press(desk.warehouse.get_by_role("button", name="Full stock push"))
    expect(desk.warehouse.get_by_role("status")).to_contain_text("1 message sent.")


def _read_the_duplicate(desk: Desk) -> None:
    desk.site.run_job("orderflow_import_inventory_update")
    desk.menu("OrderFlow Imports", "Inventory")
    desk.hands.press(desk.newest())
    desk.tab("Import Lines")
    row = desk.shop.locator("#lines tbody tr", has_text=BAG)
    expect(row).to_contain_text("Duplicate Inventory Request Ignored.")


def _despatch_the_order(desk: Desk) -> None:
    desk.screen("Orders")
    desk.hands.press(desk.warehouse.get_by_role("link", name=ORDER, exact=True))
    desk.hands.press(desk.warehouse.get_by_role("button", name="Despatch everything open"))
    expect(desk.warehouse.get_by_role("status")).to_contain_text(f"Order {ORDER} despatched")


def _read_the_despatch(desk: Desk) -> None:
    desk.screen("Messages")
    desk.hands.press(desk.warehouse.locator("tbody a").first)
    expect(desk.warehouse.locator("pre").first).to_contain_text(ORDER)


def _see_the_despatch_request(desk: Desk) -> None:
    desk.menu("OrderFlow Imports", "Requests")
    row = desk.shop.locator("#result_list tbody tr").first
    expect(row).to_contain_text("Shipment")
    expect(row).to_contain_text("Pending")


def _read_the_shipment_report(desk: Desk) -> None:
    desk.site.run_job("orderflow_import_shipment_update")
    desk.menu("OrderFlow Imports", "Shipments")
    desk.hands.press(desk.newest())
    desk.tab("Import Lines")
    row = desk.shop.locator("#lines tbody tr").first
    expect(row).to_contain_text(f"Order {ORDER} successfully shipped.")


def _see_the_shipment(desk: Desk) -> None:
    desk.hands.press(desk.shop.locator("#lines").get_by_role("link", name=ORDER, exact=True))
    desk.tab("Shipments")
    expect(desk.shop.locator("#shipments")).to_contain_text("Veronica Costello")
    expect(desk.shop.locator("main")).to_contain_text("Complete")


INVENTORY_IMPORT = (
    Part(
        "Push one product's stock",
        "Inventory · Inventory · Search · Push Stock · Confirm",
        _push_one_product,
    ),
    Part(
        "Send the message, and read the answer",
        "Integration · Remote Messages · Search · the newest · Send",
        _read_the_answer,
    ),
    Part(
        "See that it waits in the shop", "System · Requests · Select · View", _see_the_stock_request
    ),
    Part("Read the report", "View Import Report · Import Lines", _read_the_stock_report),
    Part(
        "Push all stock", "Inventory · Admin · Inventory · Push All Stock Levels", _push_everything
    ),
    Part(
        "Read of the duplicate",
        "System · Inventory · Select · View · Import Lines",
        _read_the_duplicate,
    ),
)
SHIPMENT_IMPORT = (
    Part(
        "Despatch a shipment",
        "Despatch · Shipments · Search · the shipment · Despatch",
        _despatch_the_order,
    ),
    Part(
        "Read the message",
        "Integration · Remote Messages · Search · Category · API Integration · Purpose"
        " · Shipment despatched · Search",
        _read_the_despatch,
    ),
    Part("See that it waits in the shop", "System · Requests", _see_the_despatch_request),
    Part(
        "Read the report",
        "System · Shipments · Select · View · Import Lines",
        _read_the_shipment_report,
    ),
    Part(
        "See the order's shipment", "Sales · Orders · Select · View · Shipments", _see_the_shipment
    ),
)
