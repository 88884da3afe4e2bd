"""The guide's chapters Product Export and Order Export, as clicks: the guide's, and those here."""

from playwright.sync_api import expect

from tests.browser.desk import Desk, Part, message, reload_until

PRODUCT = "TP-601-Grey-L"
EXPORTED_ORDERS = ("2000000002", "000000007")


def _export_one_product(desk: Desk) -> None:
    desk.menu("Catalog", "Products")
    desk.hands.press(desk.shop.get_by_role("button", name=f"Actions: {PRODUCT}"))
    desk.hands.press(desk.shop.get_by_role("link", name=f"Export: {PRODUCT}"))
    desk.hands.press(desk.shop.get_by_role("button", name="Export", exact=True))
    expected = f"Product {PRODUCT} has been queued for export to OrderFlow"
    expect(message(desk.shop)).to_contain_text(expected)


def _see_the_import(desk: Desk) -> None:
    desk.screen("Messages")
    reload_until(desk.warehouse, desk.warehouse.get_by_text(f"Product {PRODUCT} taken over."))
    desk.hands.press(desk.warehouse.locator("tbody a").first)
    expect(desk.warehouse.locator("pre").last).to_contain_text(f"<sku>{PRODUCT}</sku>")


def _find_the_product(desk: Desk) -> None:
    desk.screen("Stock")
    desk.hands.write(desk.warehouse.get_by_label("Search"), PRODUCT)
    desk.hands.press(desk.warehouse.get_by_role("button", name="Search"))
    desk.hands.press(desk.warehouse.get_by_role("link", name=PRODUCT))
    expect(desk.warehouse.locator("main")).to_contain_text("OrderFlow fetched it")
    desk.warehouse.go_back()


def _read_the_product_exports(desk: Desk) -> None:
    desk.menu("OrderFlow Exports", "Products")
    desk.hands.press(desk.newest())
    desk.tab("Export Lines")
    row = desk.shop.locator("#lines tbody tr").first
    expect(row).to_contain_text(PRODUCT)
    expect(row).to_contain_text("Success")


def _reset_all_products(desk: Desk) -> None:
    desk.menu("Catalog", "Products")
    desk.hands.switch(desk.shop.locator("#action-toggle"))
    desk.hands.press(desk.shop.get_by_role("link", name="Select all"))
    desk.hands.choose(desk.shop.locator("select[name=action]"), "Reset Export Status (OF)")
    desk.hands.press(desk.shop.get_by_role("button", name="Run"))
    desk.hands.press(desk.shop.get_by_role("button", name="Reset Export Status (OF)"))
    expect(message(desk.shop)).to_contain_text("had their OrderFlow export status reset")


def _export_two_orders(desk: Desk) -> None:
    desk.menu("Sales", "Orders")
    for number in EXPORTED_ORDERS:
        row = desk.shop.locator("#result_list tbody tr", has_text=number)
        desk.hands.switch(row.locator("input[type=checkbox]"))
    desk.hands.choose(desk.shop.locator("select[name=action]"), "Export To OrderFlow")
    desk.hands.press(desk.shop.get_by_role("button", name="Run"))
    desk.hands.press(desk.shop.get_by_role("button", name="Export To OrderFlow"))
    expected = "Exported 2 order(s) to OrderFlow with 0 failures."
    expect(message(desk.shop)).to_contain_text(expected)


def _follow_the_order(desk: Desk) -> None:
    number = EXPORTED_ORDERS[0]
    desk.hands.press(desk.shop.get_by_role("link", name=number, exact=True))
    desk.tab("OrderFlow")
    links = desk.shop.locator("a[href*='/despatch/order/referenceDetail.htm']")
    reload_until(desk.shop, links)
    with desk.shop.context.expect_page() as opened:
        desk.hands.press(links.locator("visible=true").first)
    expect(opened.value.get_by_role("heading", name=f"Order {number}")).to_be_visible()
    opened.value.close()


def _read_the_order_exports(desk: Desk) -> None:
    desk.menu("OrderFlow Exports", "Orders")
    desk.hands.press(desk.newest())
    desk.tab("Export Lines")
    row = desk.shop.locator("#lines tbody tr").first
    expect(row).to_contain_text("Success")


def _see_the_order_imports(desk: Desk) -> None:
    desk.screen("Messages")
    found = desk.warehouse.get_by_text(f"Order {EXPORTED_ORDERS[0]} taken over.")
    reload_until(desk.warehouse, found)


def _find_the_order(desk: Desk) -> None:
    desk.screen("Orders")
    expect(desk.warehouse.locator("tbody")).to_contain_text(EXPORTED_ORDERS[0])


PRODUCT_EXPORT = (
    Part("Export one product", "Products · Catalog · Select · Export", _export_one_product),
    Part(
        "See in OrderFlow what came",
        "Import · History · Batches · the first entry",
        _see_the_import,
    ),
    Part(
        "Find the product in OrderFlow, and what it came by",
        "Inventory · Products · Search · Product Code · Active · blank · Search"
        " · the product · the magnifier",
        _find_the_product,
    ),
    Part(
        "Read the history of exports",
        "System · Product · Select · View · Export Lines",
        _read_the_product_exports,
    ),
    Part(
        "Reset all products to Pending",
        "Products · Catalog · all products · Actions · Reset Export Status (OF)",
        _reset_all_products,
    ),
)
ORDER_EXPORT = (
    Part(
        "Export two orders",
        "Sales · Orders · an order · an order · Actions · Export",
        _export_two_orders,
    ),
    Part(
        "Go from the order to OrderFlow", "Select · View · OrderFlow · the link", _follow_the_order
    ),
    Part(
        "Read the history of exports",
        "System · Orders · Select · View · Export Lines",
        _read_the_order_exports,
    ),
    Part(
        "See in OrderFlow what came",
        "Import · History · Batches · Entity · Order · Search",
        _see_the_order_imports,
    ),
    Part("Find the order in OrderFlow", "Despatch · Orders · Search", _find_the_order),
)
