"""Takes the pictures of docs/screenshots anew: `make screenshots`.

The guide's shop is served with a clock that stands still, so that a picture changes only when the
page does. docs/guide-map.md shows them beside the guide's own screens.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, NAMES
from tests.browser.site import ROOT, Site, serving

FOLDER = ROOT / "docs" / "screenshots"
DATETIME = "2017-03-16 16:00:00+00:00"
HOST = "shop.example.com"
LAPTOP, LOW, PHONE = (1280, 760), (1280, 620), (390, 844)
MOST_BYTES = 150 * 1024


class Picture(NamedTuple):
    """A page, and how it is looked at."""

    name: str
    path: str
    size: tuple[int, int] = LAPTOP
    theme: str = "light"
    has_menu: bool = True
    shows: str = ""  # what has to be in the picture


ADMIN = "/admin"
# The same page gives the same pixels.
STEADY = (
    "--force-color-profile=srgb",
    "--disable-checker-imaging",
    "--disable-partial-raster",
    "--num-raster-threads=1",
    "--run-all-compositor-stages-before-draw",
)
PICTURES = (
    Picture("dashboard", f"{ADMIN}/", size=(1280, 1000)),
    Picture("configuration-api-settings", f"{ADMIN}/configuration/apisettings/"),
    Picture("configuration-website", f"{ADMIN}/configuration/apisettings/?website=uk"),
    Picture("configuration-email-settings", f"{ADMIN}/configuration/emailsettings/"),
    Picture("configuration-order-export", f"{ADMIN}/configuration/orderexportsettings/"),
    Picture("configuration-product-export", f"{ADMIN}/configuration/productexportsettings/"),
    Picture(
        "configuration-inventory-import",
        f"{ADMIN}/configuration/inventoryimportsettings/",
        shows="#id_active_quote_cutoff",
    ),
    Picture("configuration-shipment-import", f"{ADMIN}/configuration/shipmentimportsettings/"),
    Picture("configuration-log-cleaning", f"{ADMIN}/configuration/logcleaningsettings/"),
    Picture("role", f"{ADMIN}/auth/group/1/change/", shows=".bridge-rights fieldset:last-child"),
    Picture("new-user", f"{ADMIN}/auth/user/add/"),
    Picture("products", f"{ADMIN}/catalog/product/?q=24-", has_menu=False),
    Picture("product", f"{ADMIN}/catalog/product/1/change/"),
    Picture("product-exports", f"{ADMIN}/exports/productexport/"),
    Picture("product-export", f"{ADMIN}/exports/productexport/1/change/#lines"),
    Picture("orders", f"{ADMIN}/sales/order/", size=LOW, has_menu=False),
    Picture("order", f"{ADMIN}/sales/order/by-number/000000005/#orderflow"),
    Picture("order-shipments", f"{ADMIN}/sales/order/by-number/000000005/#shipments"),
    Picture("order-timeline", f"{ADMIN}/timeline/timeline/order/000000005/"),
    Picture("order-exports", f"{ADMIN}/exports/orderexport/"),
    Picture("export-requests", f"{ADMIN}/exports/exportrequest/", size=LOW),
    Picture("import-requests", f"{ADMIN}/imports/importrequest/"),
    Picture("import-requests-dark", f"{ADMIN}/imports/importrequest/", theme="dark"),
    Picture("import-request-body", f"{ADMIN}/imports/importrequest/6/change/#request-body"),
    Picture("inventory-imports", f"{ADMIN}/imports/inventoryimport/"),
    Picture("inventory-import-71", f"{ADMIN}/imports/inventoryimport/1/change/#lines"),
    Picture(
        "inventory-import-71-phone", f"{ADMIN}/imports/inventoryimport/1/change/#lines", size=PHONE
    ),
    Picture("inventory-import-duplicates", f"{ADMIN}/imports/inventoryimport/3/change/#lines"),
    Picture("shipment-import-38", f"{ADMIN}/imports/shipmentimport/4/change/#lines"),
)


def take(browser: Browser, site: Site, picture: Picture, folder: Path) -> Path:
    """Take one picture; raise ValueError if the page is missing or the file is too big."""
    width, height = picture.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.theme == "dark" else "light",
        reduced_motion="reduce",
        storage_state=folder / "signed-in.json",
    )
    page = context.new_page()
    if not picture.has_menu:
        page.add_init_script("localStorage.setItem('sidebarDesktopOpen', '0')")
    answer = page.goto(site.url(picture.path))
    if answer is None or answer.status != 200:
        raise ValueError(f"{picture.name}: {picture.path} answers {answer and answer.status}")
    if urlsplit(page.url).path != urlsplit(picture.path).path and "/by-number/" not in picture.path:
        raise ValueError(f"{picture.name}: {picture.path} leads to {page.url}")
    settle(page)
    if picture.shows:
        page.locator(picture.shows).evaluate("(each) => each.scrollIntoView({block: 'center'})")
    target = FOLDER / f"{picture.name}.png"
    page.screenshot(path=target, animations="disabled", caret="hide")
    context.close()
    if target.stat().st_size > MOST_BYTES:
        raise ValueError(f"{target.name} is bigger than {MOST_BYTES:,} bytes")
    return target


def settle(page: Page) -> None:
    """Wait until fonts, pictures and what is loaded later are there."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.evaluate("document.activeElement.blur()")


def main() -> None:
    """Take the pictures whose names are given, or all."""
    # Where the migrated copy is kept, with which the shop begins.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderflow_bridge.settings")
    wanted = sys.argv[1:]
    chromium = next((path for name in NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        sys.exit("Chromium is needed: apt-get install chromium")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as name,
        serving(Path(name), fill="guide", at=DATETIME) as server,
        sync_playwright() as driver,
    ):
        port = server.address.rpartition(":")[2]
        rule = f"--host-resolver-rules=MAP {HOST} 127.0.0.1:{port}"
        browser = driver.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *STEADY, rule])
        site = Site(f"http://{HOST}", server.folder)
        context = browser.new_context()
        site.sign_in(context.new_page())
        context.storage_state(path=Path(name) / "signed-in.json")
        context.close()
        for picture in PICTURES:
            if not wanted or picture.name in wanted:
                print(take(browser, site, picture, Path(name)).relative_to(ROOT), flush=True)
        browser.close()


if __name__ == "__main__":
    main()
