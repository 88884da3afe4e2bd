"""What our pages need of unfold's looks is in the part that is sent (`make theme`)."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.test import override_settings
from django.urls import reverse

from orderflow_bridge.console.menu import menu
from orderflow_bridge.support.models import Support
from tests import theme
from tests.admin.samples import fill_shop

SHEET_OF_A_PLUGIN = "/static/unfold/css/styles.css"


def flat(sheet: str, within: str = "") -> Iterator[tuple[str, str]]:
    """Yield each selector, behind what it is in, with its rule."""
    for head, inside in theme.rules(sheet):
        if inside and head.startswith(("@layer", "@media", "@supports", "@container")):
            yield from flat(inside, within + head.strip())
        elif inside:
            for selector in theme.selectors(head):
                yield within + selector.strip(), inside


def test_the_style_sheet_has_every_rule_that_something_of_ours_may_need():
    sent = set(flat(theme.STYLES.read_text()))

    lacking = {name for name, _ in set(flat(theme.cut_styles())) - sent}

    assert lacking == set(), "make theme"


def test_the_style_sheet_is_of_the_unfold_that_is_installed():
    whole = set(flat(theme.WHOLE_STYLES.read_text()))

    assert {name for name, _ in set(flat(theme.STYLES.read_text())) - whole} == set()


def test_the_font_has_every_icon_that_is_named():
    named = {icon for _, pages in menu() for _, icon, _, _ in pages}
    named |= set(theme.icons_of_templates()) | set(theme.icons_of_code()) | theme.icons_of_styles()

    assert named - set(theme.icons()) == set(), "bridge/icons.txt, then make theme"


def test_icons_are_named_where_modules_and_templates_give_them():
    assert "bookmark_add" in theme.icons_of_templates()
    assert {"visibility_off", "visibility"} <= set(theme.icons_of_templates())
    assert {"key_off", "lock_open", "tune"} <= set(theme.icons_of_code())
    assert "check_small" in theme.icons_of_styles()


@pytest.mark.slow
@pytest.mark.django_db
def test_every_class_and_icon_of_a_page_is_there(boss):
    fill_shop()
    known = set(theme.icons())
    ours = {name for each, _ in flat(theme.STYLES.read_text()) for name in theme.classes(each)}
    whole = flat(theme.WHOLE_STYLES.read_text())
    unfolds = {name for each, _ in whole for name in theme.classes(each)}
    lacking = set()

    for page in pages():
        drawn = BeautifulSoup(boss.get(page, follow=True).content, "html.parser")
        used = {name for element in drawn.select("[class]") for name in element["class"]}
        lacking |= {(page, name) for name in (used & unfolds) - ours}
        signs = drawn.select(".material-symbols-outlined")
        lacking |= {(page, sign.text.strip()) for sign in signs} - {(page, x) for x in known}

    assert lacking == set()


@pytest.mark.django_db
def test_with_plugins_pages_have_all_of_the_theme(boss):
    with override_settings(BRIDGE_PLUGINS=["a plugin"]):
        page = boss.get("/admin/").content.decode()

    assert SHEET_OF_A_PLUGIN in page
    assert "Material-Symbols-Outlined.woff2" in page
    assert SHEET_OF_A_PLUGIN not in boss.get("/admin/").content.decode()


def pages() -> Iterator[str]:
    """Yield every list and its newest record, and pages that belong to no list."""
    yield from ("/admin/", "/admin/account/", "/admin/configuration/", "/admin/login/")
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        if model is Support:  # a page in the menu that has no records
            continue
        for pk in model._default_manager.order_by("-pk").values_list("pk", flat=True)[:1]:
            yield reverse(f"{name}_change", args=[pk])
