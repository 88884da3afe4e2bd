"""What a page weighs over the wire, from a bridge that is served as `make run` serves it."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import theme
from tests.browser.site import Site
from tests.browser.test_every_page import OTHERS, forms, lists
from tests.browser.weighing import Walk, weigh
from tests.migrated import lay_copy
from tests.supervisor.servers import ROOT, environment, free_port, running, status_of, wait_until

COLD, WARM = 120_000, 15_000
PRODUCTS, ORDERS = "/admin/catalog/product/", "/admin/sales/order/"
# The longest form, and a page that is read in two parts.
PRODUCT, LONG_TEXT = "/admin/catalog/product/1/change/", "/admin/help/configuration.md"
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
    """A shop where every page has something to show, behind gunicorn, with static files straight
    from the packages.
    """
    folder = tmp_path_factory.mktemp("weight")
    lay_copy(folder)
    env = environment(folder, BRIDGE_LOG_FILES="0", BRIDGE_WEB_WORKERS="1", EMAIL_URL="")
    filled = [sys.executable, "-m", "tests.browser.serve", "0", "full"]
    subprocess.run(filled, cwd=ROOT, env={**os.environ, **env}, check=True, capture_output=True)
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


@pytest.mark.parametrize("path", [PRODUCTS, ORDERS, "/admin/", PRODUCT, LONG_TEXT])
def test_a_page_is_light_at_first_and_afterwards_only_itself(user, site, path):
    cold = weigh(user, site.url(path), is_cold=True)
    warm = weigh(user, site.url(path), is_cold=False)

    assert sum(cold.values()) <= COLD, cold
    assert sum(warm.values()) <= WARM, warm
    assert list(warm) == [site.url(path)]
    walk = Walk(user, site)
    named = walk.asked(walk.get(path).text)
    assert set(cold) == {site.url(each) for each in (path, *named)}


def test_every_page_is_light_at_first_and_afterwards(user, site):
    begin = [*lists(), *forms(), *OTHERS]
    weights = {path: (cold, warm) for path, cold, warm in Walk(user, site).weights(begin)}

    assert {path: each for path, each in weights.items() if each[0] > COLD} == {}
    assert {path: each for path, each in weights.items() if each[1] > WARM} == {}
    assert set(begin) <= set(weights)
    assert sum("/change/" in path for path in weights) >= 60
    assert len(weights) > 300


def test_a_list_of_twenty_products_is_what_was_weighed(user, site):
    user.goto(site.url(PRODUCTS))

    expect(user.locator(".data-row")).to_have_count(20)


def test_every_icon_of_the_font_is_drawn_as_one_sign(user, site):
    user.goto(site.url(PRODUCTS))

    drawn = user.evaluate(_WIDTHS, theme.icons())

    assert [(name, width) for name, width in drawn if round(width) != 24] == []
    assert user.evaluate(_WIDTHS, ["no_such_icon"])[0][1] > 24
