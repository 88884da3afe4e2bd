"""What axe-core finds on a page, in both themes, and what the keyboard cannot reach."""

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# The bar of buttons lies over whatever is at the window's foot; a reader scrolls, axe does not.
_STILL = (
    "*, *::before, *::after { transition: none !important; animation: none !important; }"
    " #submit-row { position: static !important; }"
)
# The menu is the same on every page, and a third of it: a walk looks at it once.
MENU = "#nav-sidebar"
_CHECK = """async ([options, exclude]) => {
  const found = await axe.run({ exclude }, options);
  return found.violations.map((each) => ({
    rule: each.id, count: each.nodes.length,
    html: each.nodes[0].html, why: each.nodes[0].failureSummary,
  }));
}"""
# Alpine's handlers on what cannot have the focus: a mouse reaches it, the keyboard does not.
_UNREACHABLE = """() => [...document.querySelectorAll("*")].filter((each) =>
  [...each.attributes].some((one) => /^(x-on:|@)click$/.test(one.name)) &&
  each.offsetParent !== null && each.tabIndex < 0
).map((each) => each.outerHTML.slice(0, 160))"""


@cache
def axe() -> str:
    """Return axe-core's source."""
    folder = Path(axe_playwright_python.__file__).parent
    return next(folder.rglob("axe.min.js")).read_text()


def faults(page: Page, *, without: str = "") -> list[str]:
    """Return what is wrong with the page that is open, in light and in dark.

    The script gets in through the debugger, which no policy of the page forbids. `without` is a
    selector of what is not looked at.
    """
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.adoptedStyleSheets.push(sheet); }",
        _STILL,
    )
    page.evaluate(axe())
    rules = {"type": "tag", "values": list(RULES)}
    found = _violations(page, "light", rules, without)
    page.evaluate("document.documentElement.classList.add('dark')")
    contrast = {"type": "rule", "values": ["color-contrast"]}
    found += _violations(page, "dark", contrast, without)
    page.evaluate("document.documentElement.classList.remove('dark')")
    return found + [f"unreachable: {html}" for html in page.evaluate(_UNREACHABLE)]


def _violations(page: Page, theme: str, rules: dict[str, Any], without: str) -> list[str]:
    exclude = [without] if without else []
    options = {"runOnly": rules, "resultTypes": ["violations"], "selectors": False}
    return [
        f"{theme} {each['rule']} ×{each['count']}: {each['html'][:160]} | {each['why'][:200]}"
        for each in page.evaluate(_CHECK, [options, exclude])
    ]
