"""Two ways to use a page: with a mouse, whose clicks can be counted, or with the keyboard alone."""

from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_STOPS = 250
# What has the focus, whether that is the one wanted, and whether one can see it.
_FOCUS = """(wanted) => {
  const held = document.activeElement, style = getComputedStyle(held);
  const shown = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1)
    || style.boxShadow !== "none";
  return { there: held === wanted, shown, html: held.outerHTML.slice(0, 160) };
}"""


class Hands(Protocol):
    """Does things to a page."""

    def press(self, target: Locator) -> None:
        """Follow a link, or press a button."""

    def write(self, target: Locator, text: str) -> None:
        """Fill in a field."""

    def switch(self, target: Locator) -> None:
        """Tick a box, or take its tick away."""


class Mouse:
    """Clicks."""

    def press(self, target: Locator) -> None:
        """Click."""
        target.click()

    def write(self, target: Locator, text: str) -> None:
        """Click into the field and type."""
        target.fill(text)

    def switch(self, target: Locator) -> None:
        """Click."""
        target.click()


class Counting(Mouse):
    """Clicks, and counts how often."""

    def __init__(self) -> None:
        self.clicks = 0

    def press(self, target: Locator) -> None:
        """Click."""
        self.clicks += 1
        super().press(target)

    def write(self, target: Locator, text: str) -> None:
        """Click into the field and type."""
        self.clicks += 1
        super().write(target, text)

    def switch(self, target: Locator) -> None:
        """Click."""
        self.clicks += 1
        super().switch(target)

    def choose(self, target: Locator, label: str) -> None:
        """Open a choice and click on one of its options: two clicks."""
        self.clicks += 2
        target.select_option(label=label)


class Keyboard:
    """Tabs to a thing, seeing on the way where the focus is, then uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        """Tab there and press Enter."""
        self._reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        """Tab there and type over what the field holds."""
        self._reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def switch(self, target: Locator) -> None:
        """Tab there and press the space bar."""
        self._reach(target)
        self.page.keyboard.press("Space")

    def _reach(self, target: Locator) -> None:
        target.wait_for()
        if self.page.evaluate(_FOCUS, target.element_handle())["there"]:
            return
        for stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            # Asked for anew: a list may have drawn its rows again meanwhile.
            focus = self.page.evaluate(_FOCUS, target.element_handle())
            assert focus["shown"] or focus["html"].startswith("<body"), f"Unseen: {focus['html']}"
            if focus["there"]:
                return
            if stop == 0 and "bridge-skip" in focus["html"] and self._is_in_content(target):
                self.page.keyboard.press("Enter")
        raise AssertionError(f"The keyboard does not reach {target}; it is at {focus['html']}")

    def _is_in_content(self, target: Locator) -> bool:
        return bool(target.evaluate("(each) => Boolean(each.closest('#content'))"))
