"""Filters beside a list apply at once, columns move by hand and by key, and all of it stays."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import MENU, faults
from tests.browser.site import Site

FILL = "lists"
ORDERS = "/admin/sales/order/"


@pytest.fixture(scope="module")
def window(browser: Browser, site: Site) -> Iterator[Page]:
    """A window in which the administrator is signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    site.sign_in(page)
    yield page
    context.close()


@pytest.fixture
def orders(window: Page, site: Site) -> Page:
    """The list of orders as it is for everybody, with its filters open."""
    window.set_viewport_size({"width": 1440, "height": 900})
    window.goto(site.url(f"{ORDERS}?view=default"))
    window.locator("#bridge-filters summary").click()
    return window


def columns(page: Page) -> list[str]:
    names: list[str] = page.eval_on_selector_all(
        "th[data-column]", "all => all.map(each => each.dataset.column)"
    )
    return names


def test_a_filter_applies_while_it_is_typed_and_the_list_stays_beside_it(orders):
    orders.locator("#filter-increment_id").fill("10000000")

    expect(orders.locator(".data-row")).to_have_count(10)
    expect(orders.locator(".bridge-chip")).to_contain_text("Order #: 10000000")
    expect(orders.locator(".bridge-found")).to_contain_text("10 records found")
    expect(orders.locator("#filter-increment_id")).to_be_focused()
    panel = orders.locator(".bridge-filter-panel").bounding_box() or {}
    rows = orders.locator(".bridge-list").bounding_box() or {}
    assert rows["x"] + rows["width"] <= panel["x"]
    assert "increment_id=10000000" in orders.url


@pytest.mark.parametrize(
    "path",
    ["/admin/catalog/product/", ORDERS, "/admin/exports/productexport/", "/admin/sales/shipment/"],
)
def test_the_panel_lies_over_nothing_and_lists_need_no_scrolling_sideways(window, site, path):
    window.set_viewport_size({"width": 1440, "height": 900})
    window.goto(site.url(f"{path}?view=default"))
    window.locator("#bridge-filters summary").click()

    panel = window.locator(".bridge-filter-panel").bounding_box() or {}
    edges = window.eval_on_selector_all(
        "main > *", "all => all.map(each => each.getBoundingClientRect().right)"
    )
    assert max(edges) <= panel["x"]
    assert window.eval_on_selector(".bridge-list", "list => list.scrollWidth <= list.clientWidth")


def test_a_span_of_days_is_one_click_and_written_as_in_the_table(orders):
    orders.get_by_role("button", name="Purchase Date: This month").click()

    expect(orders.locator(".bridge-chip")).to_have_count(2)
    start = orders.locator("#filter-created_from").input_value()
    assert start[4:5] == "-"
    assert start.endswith("-01")
    shown = orders.locator(".data-row .field-purchase_date").first.inner_text()
    assert shown[:7] == start[:7]


def test_a_day_is_chosen_in_a_calendar_and_written_as_in_the_table(orders):
    orders.get_by_role("button", name="Purchase Date from: calendar").click()
    calendar = orders.locator(".bridge-day input[type=date]")
    expect(calendar).to_have_count(1)
    assert calendar.evaluate("each => each.matches(':open')")
    orders.keyboard.press("Escape")

    calendar.fill("2020-02-03")

    expect(orders.locator("#filter-created_from")).to_have_value("2020-02-03")
    expect(orders.locator(".bridge-chip")).to_contain_text("Purchase Date from 2020-02-03")
    assert "created_from=2020-02-03" in orders.url


def test_a_chip_takes_its_filter_away_in_the_panel_too(orders):
    orders.locator("#filter-increment_id").fill("10000000")
    expect(orders.locator(".data-row")).to_have_count(10)
    orders.locator(".bridge-chip").click()

    expect(orders.locator(".bridge-chip")).to_have_count(0)
    expect(orders.locator("#filter-increment_id")).to_have_value("")


def test_what_cannot_be_read_is_said_beside_its_field(orders):
    orders.locator("#filter-created_from").fill("last week")

    expect(orders.get_by_role("alert")).to_contain_text("is not a date such as 2017-03-23")


def test_rows_are_chosen_after_a_filter_applied(orders):
    orders.locator("#filter-increment_id").fill("10000000")
    expect(orders.locator(".data-row")).to_have_count(10)
    orders.locator("#action-toggle").check()

    expect(orders.locator(".action-counter")).to_contain_text("10 of 10 selected")


def test_columns_are_moved_by_hand_and_by_key_and_stay_where_they_were_put(orders, site):
    before = columns(orders)
    orders.keyboard.press("Escape")
    orders.locator("th[data-column=status_label] a").focus()
    orders.keyboard.press("Shift+ArrowRight")
    expect(orders.locator("th[data-column]").nth(1)).to_have_attribute(
        "data-column", "export_label"
    )
    expect(orders.locator("th[data-column=status_label] a")).to_be_focused()
    orders.drag_and_drop("th[data-column=total]", "th[data-column=export_label]")
    expect(orders.locator("th[data-column]").nth(1)).to_have_attribute("data-column", "total")

    orders.goto(site.url("/admin/"))
    orders.goto(site.url(ORDERS))
    now = columns(orders)
    assert now[:4] == ["order_number", "total", "export_label", "status_label"]
    assert sorted(now) == sorted(before)


def test_the_browsers_way_back_shows_the_list_as_it_was(orders):
    orders.locator("th[data-column=order_number] a").click()
    expect(orders.locator("th[data-column=order_number]")).to_have_attribute(
        "aria-sort", "ascending"
    )
    orders.go_back()

    expect(orders.locator("th[data-column=order_number]")).not_to_have_attribute(
        "aria-sort", "ascending"
    )


@pytest.mark.parametrize("width", [1440, 390])
def test_the_open_filters_have_no_fault(orders, width):
    orders.set_viewport_size({"width": width, "height": 900})

    assert faults(orders, without=MENU) == []
