"""A browser, and a bridge for it to look at."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.site import Site, serving

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# As root, and on machines without a display, a GPU or a way out.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# As long as a press may take to show: a busy machine is no fault of the page.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder: it starts processes, and once is enough."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.processes)
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        pytest.skip("Browser tests serve their pages from SQLite: they run in that pass only.")
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"No Chromium is installed ({', '.join(NAMES)}): apt-get install chromium.")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser for a file of tests. The driver ends with it: the ORM cannot run beside it."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A bridge filled as the file's FILL says; in it, it stays as late as its AT says."""
    folder = tmp_path_factory.mktemp("site")
    told = request.module
    fill, at = getattr(told, "FILL", "full"), getattr(told, "AT", "")
    with serving(folder, fill=fill, at=at) as site:
        yield site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh window."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
