"""Lists are dense and stay in sight: rows on a screen, heads that stick, menus of rows, phones."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import MENU, faults
from tests.browser.site import Site

FILL = "lists"
# No job runs here: three minutes later the bar has a second line that says so.
AT = "2026-09-01 12:00+00:00"
PRODUCTS = "/admin/catalog/product/"
MAIN = (
    PRODUCTS,
    "/admin/sales/order/",
    "/admin/imports/importrequest/",
    "/admin/imports/importline/",
    "/admin/exports/exportline/",
    "/admin/exports/productexport/",
    "/admin/imports/inventoryimport/",
    "/admin/inventory/sourceitem/",
)
_IN_SIGHT = """() => {
  const bar = document.querySelector(".bridge-foot-parts").parentElement;
  const foot = bar.getBoundingClientRect().top;
  const all = [...document.querySelectorAll(".data-row")];
  const rows = all.map((row) => row.getBoundingClientRect());
  const frame = document.querySelector(".bridge-list");
  return {
    rows: rows.filter((row) => row.bottom <= Math.min(foot, window.innerHeight)).length,
    height: Math.max(...rows.map((row) => row.height)),
    sideways: frame.scrollWidth - frame.clientWidth,
  };
}"""


@pytest.fixture(scope="module")
def user(browser: Browser, site: Site) -> Iterator[Page]:
    """A window in which the administrator is signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    site.sign_in(page)
    yield page
    context.close()


def open_list(page: Page, site: Site, path: str, width: int = 1440, height: int = 900) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(site.url(path))


def test_a_screen_shows_eighteen_rows_of_one_line_and_none_scrolls_sideways(user, site):
    found = {}
    for path in MAIN:
        open_list(user, site, path)
        found[path] = user.evaluate(_IN_SIGHT)

    for path, seen in found.items():
        assert seen["rows"] >= 18, (path, seen)
        assert seen["height"] <= 36, (path, seen)
        assert seen["sideways"] <= 1, (path, seen)


def test_what_a_line_says_stands_in_its_row(user, site):
    open_list(user, site, f"{MAIN[5]}1/change/#lines")

    text = user.locator("#lines .data-row .bridge-told").first
    row = user.locator("#lines .data-row").first.bounding_box() or {}
    box = text.bounding_box() or {}
    assert row["y"] <= box["y"] <= row["y"] + row["height"]


def test_a_small_screen_shows_fourteen_rows(user, site):
    found = {}
    for path in MAIN:
        open_list(user, site, path, 1024, 768)
        found[path] = user.evaluate(_IN_SIGHT)["rows"]

    assert {path: rows for path, rows in found.items() if rows < 14} == {}


@pytest.mark.parametrize("language", ["de-DE", "fr-FR"])
def test_longer_words_of_another_language_take_no_rows_away(
    browser: Browser, site: Site, language: str
):
    context = browser.new_context(locale=language, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    site.sign_in(page)
    assert page.locator("html").get_attribute("lang") == language[:2]
    for path in MAIN:
        open_list(page, site, path)
        wide = page.evaluate(_IN_SIGHT)
        open_list(page, site, path, 1024, 768)
        small = page.evaluate(_IN_SIGHT)

        assert wide["rows"] >= 18, (path, wide)
        assert wide["height"] <= 36, (path, wide)
        assert wide["sideways"] <= 1, (path, wide)
        assert small["rows"] >= 14, (path, small)
        assert small["height"] <= 36, (path, small)
    context.close()


def test_a_problem_with_a_long_text_takes_one_line_above_the_rows(user, site):
    open_list(user, site, PRODUCTS, 1024, 768)
    line = user.locator(".failure-bar .failure-line").first
    height = line.evaluate("each => each.offsetHeight")
    line.locator(".failure-text").evaluate("each => { each.textContent = each.title.repeat(3); }")

    assert line.evaluate("each => each.offsetHeight") == height
    expect(line.get_by_role("link", name="View Details")).to_be_in_viewport(ratio=1)


def test_the_head_and_the_first_column_stay_and_nothing_shines_through_them(user, site):
    open_list(user, site, f"{PRODUCTS}?per_page=100&view=default", 1024, 768)
    frame = user.locator(".bridge-list")
    frame.evaluate("each => each.scrollTo(300, 2000)")
    user.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    head, cell, box = (
        place.bounding_box() or {}
        for place in (
            user.locator("#result_list thead th.bridge-as-title"),
            user.locator(".data-row .bridge-as-title").last,
            frame,
        )
    )
    assert abs(head["y"] - box["y"]) < 3
    assert 0 <= head["y"] < 700
    assert cell["x"] - box["x"] < 60
    for theme in ("remove", "add"):
        user.evaluate("theme => document.documentElement.classList[theme]('dark')", theme)
        painted = user.eval_on_selector_all(
            "thead th, .data-row .bridge-as-title, .data-row .bridge-is-acts",
            "all => all.map(each => getComputedStyle(each).backgroundColor)",
        )
        assert [each for each in painted if each.endswith(" 0)") or " / " in each] == []
    user.evaluate("document.documentElement.classList.remove('dark')")


def test_a_long_text_is_cut_and_whole_in_its_tooltip_and_under_the_focus(user, site):
    open_list(user, site, PRODUCTS)
    cell = user.locator(".data-row:nth-child(2) .bridge-as-title")

    assert cell.get_attribute("title") == "U" * 200
    assert cell.evaluate("each => each.scrollWidth > each.clientWidth")
    cell.locator("a").focus()
    user.keyboard.press("Tab")
    user.keyboard.press("Shift+Tab")
    assert cell.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_numbers_stand_to_the_right_in_figures_of_one_width(user, site):
    open_list(user, site, PRODUCTS)
    price = user.locator(".data-row .field-price_text").first

    style = price.evaluate(
        "each => [getComputedStyle(each).textAlign, getComputedStyle(each).fontVariantNumeric]"
    )
    assert style == ["right", "tabular-nums"]


def test_a_rows_menu_is_opened_by_mouse_and_by_key(user, site):
    open_list(user, site, PRODUCTS)
    menu = user.locator(".data-row:nth-child(3) .bridge-row-actions")
    user.locator(".data-row:nth-child(3) [data-acts]").click()
    expect(menu.get_by_text("Export")).to_be_visible()
    user.keyboard.press("Escape")
    expect(menu).to_be_hidden()

    user.locator(".data-row:nth-child(3)").focus()
    user.keyboard.press(".")
    expect(menu.get_by_text("Edit")).to_be_focused()
    user.keyboard.press("ArrowDown")
    expect(menu.get_by_text("Export")).to_be_focused()
    user.keyboard.press("Enter")
    user.wait_for_url("**/export/**")


def test_enter_opens_the_row_that_has_the_focus(user, site):
    open_list(user, site, PRODUCTS)
    user.locator(".data-row:nth-child(3)").focus()
    user.keyboard.press("Enter")

    user.wait_for_url("**/change/**")


def test_the_density_stays_until_it_is_changed_again(user, site):
    open_list(user, site, PRODUCTS)
    user.get_by_role("button", name="Compact rows").click()
    open_list(user, site, "/admin/sales/order/")
    assert user.evaluate(_IN_SIGHT)["height"] <= 28

    user.get_by_role("button", name="Usual rows").click()
    assert user.evaluate(_IN_SIGHT)["height"] > 28


def test_a_phone_shows_title_status_and_two_facts_of_many_rows(user, site):
    open_list(user, site, PRODUCTS, 390, 844)
    rows = user.locator(".data-row")

    assert user.evaluate("document.documentElement.scrollWidth") <= 390
    assert max(row.bounding_box()["height"] for row in rows.all()[:8]) <= 72
    third = rows.nth(2)
    expect(third.locator(".bridge-as-title")).to_be_visible()
    expect(third.locator(".bridge-as-status")).to_have_text("Pending")
    assert third.locator(".bridge-as-fact:visible").count() == 2


@pytest.mark.parametrize("width", [1440, 390])
def test_an_open_menu_of_a_row_has_no_fault(user, site, width):
    open_list(user, site, PRODUCTS, width, 900)
    user.locator(".data-row:nth-child(3) [data-acts]").click()

    assert faults(user, without=MENU) == []
