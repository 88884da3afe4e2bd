"""A newcomer at two windows, the shop's and OrderFlow's, who counts the clicks of each part."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.browser.hands import Counting
from tests.browser.site import Site


@dataclass(frozen=True)
class Desk:
    """A newcomer before two windows: the shop's admin, and the stand-in for OrderFlow."""

    shop: Page
    warehouse: Page
    hands: Counting
    site: Site

    def menu(self, group: str, title: str) -> None:
        """Go to a page of the shop by its menu, whose groups may be folded."""
        menu = self.shop.get_by_role("navigation", name="Main menu")
        folder = menu.get_by_role("button", name=group, exact=True)
        entries = folder.locator("xpath=following-sibling::*")
        entry = entries.get_by_role("link", name=title, exact=True)
        if not entry.is_visible():
            self.hands.press(folder)
        self.hands.press(entry)

    def tab(self, title: str) -> None:
        """Open a part of the shop's page."""
        self.hands.press(self.shop.get_by_role("tab", name=title))

    def screen(self, title: str) -> None:
        """Go to a page of the warehouse."""
        pages = self.warehouse.get_by_role("navigation", name="Pages")
        self.hands.press(pages.get_by_role("link", name=title))

    def newest(self) -> Locator:
        """Return the link of the newest row in the shop's list."""
        return self.shop.locator("#result_list tbody tr").first.locator("a").first


@dataclass(frozen=True)
class Part:
    """Something a chapter does: the clicks its text tells of, and how it is done here.

    Menus count by what is clicked: "System → OrderFlow Exports → Product" is two in Magento, where
    the middle one is a heading.
    """

    title: str
    guide: str
    play: Callable[[Desk], None]

    @property
    def guide_clicks(self) -> int:
        """How many clicks the guide tells of."""
        return len(self.guide.split(" · "))


def message(page: Page) -> Locator:
    """Return what the shop says about what was done last."""
    return page.locator("main [role=status]").first


def reload_until(page: Page, wanted: Locator) -> None:
    """Look again until OrderFlow has fetched, as one waits for it in the guide."""
    for _ in range(40):
        if wanted.count():
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError(f"{wanted} did not come: {page.locator('main').inner_text()}")
