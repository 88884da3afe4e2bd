"""What a page weighs over the wire, from a bridge that is served as `make run` serves it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import theme
from tests.browser.serve import PASSWORD
from tests.browser.site import Site
from tests.migrated import lay_copy
from tests.supervisor.servers import ROOT, environment, free_port, running, status_of, wait_until

COLD, WARM = 120_000, 15_000
PRODUCTS = "/admin/catalog/product/"
# How wide each icon is drawn; a name that the font does not know is as wide as its letters.
_WIDTHS = """async (names) => {
  await document.fonts.load('24px "Material Symbols Outlined"');
  return names.map((name) => {
    const sign = document.createElement("span");
    sign.className = "material-symbols-outlined";
    sign.style.fontSize = "24px";
    sign.textContent = name;
    document.body.append(sign);
    return [name, sign.getBoundingClientRect().width];
  });
}"""


@pytest.fixture(scope="module")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo's shop behind gunicorn, with static files straight from the packages."""
    folder = tmp_path_factory.mktemp("weight")
    lay_copy(folder)
    own = {"BRIDGE_LOG_FILES": "0", "BRIDGE_WEB_WORKERS": "1", "EMAIL_URL": ""}
    env = environment(folder, **own, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
    person = ("--noinput", "--username", "admin", "--email", "admin@example.com")
    for command in (("demo",), ("createsuperuser", *person)):
        done = [sys.executable, "manage.py", *command]
        subprocess.run(done, cwd=ROOT, env={**os.environ, **env}, check=True, capture_output=True)
    port = free_port()
    config = "python:orderflow_bridge.http.gunicorn_config"
    web = ("-m", "gunicorn", "-c", config, "-b", f"127.0.0.1:{port}")
    with running(*web, env=env, log=folder / "web.log"):
        wait_until(lambda: status_of(port, "/healthz") == 200, seconds=120)
        yield Site(f"http://127.0.0.1:{port}", folder)


@pytest.fixture
def user(page: Page, site: Site) -> Page:
    """A window in which the administrator is signed in."""
    site.sign_in(page)
    return page


def weigh(page: Page, address: str, *, is_cold: bool) -> dict[str, float]:
    """Open a page; return the bytes of each answer that came over the wire."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    if is_cold:
        session.send("Network.clearBrowserCache")
    asked: dict[str, str] = {}
    bytes_of: dict[str, float] = {}

    def note(event: dict[str, object]) -> None:
        asked[str(event["requestId"])] = str(event["request"]["url"])  # type: ignore[index]

    def end(event: dict[str, object]) -> None:
        size, url = float(event["encodedDataLength"]), asked.get(str(event["requestId"]))  # type: ignore[arg-type]
        if size and url:  # the page before may have been waiting for something
            bytes_of[url] = size

    session.on("Network.requestWillBeSent", note)
    session.on("Network.loadingFinished", end)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    session.detach()
    return bytes_of


@pytest.mark.parametrize("path", [PRODUCTS, "/admin/sales/order/", "/admin/"])
def test_a_page_is_light_at_first_and_afterwards_only_itself(user, site, path):
    cold = weigh(user, site.url(path), is_cold=True)
    warm = weigh(user, site.url(path), is_cold=False)

    assert sum(cold.values()) <= COLD, cold
    assert sum(warm.values()) <= WARM, warm
    assert list(warm) == [site.url(path)]


def test_a_list_of_twenty_products_is_what_was_weighed(user, site):
    user.goto(site.url(PRODUCTS))

    expect(user.locator(".data-row")).to_have_count(20)


def test_every_icon_of_the_font_is_drawn_as_one_sign(user, site):
    user.goto(site.url(PRODUCTS))

    drawn = user.evaluate(_WIDTHS, theme.icons())

    assert [(name, width) for name, width in drawn if round(width) != 24] == []
    assert user.evaluate(_WIDTHS, ["no_such_icon"])[0][1] > 24
