"""One name per list: in the menu, above the page and in the window's title."""

from typing import Any

from django.utils.translation import gettext

from orderflow_bridge.common.translation import titled
from orderflow_bridge.console.menu import menu

_GUIDES = "OrderFlow"
"""In the guide's groups the menu is short, "Products"; the page says which: "Product Exports"."""


def group_of(options: Any) -> str:
    """Return the menu's group in which a model's list stands, "" if it stands in none."""
    return _place(options)[0]


def list_name(options: Any, title: str = "") -> str:
    """Return what a model's list is called: `title` where its admin gives one."""
    group, name = _place(options)
    if title:
        return title
    if name and not group.startswith(_GUIDES):
        return gettext(name)
    return titled(str(options.verbose_name_plural))


def _place(options: Any) -> tuple[str, str]:
    wanted = (options.app_label, options.model_name)
    for group, pages in menu():
        for name, _icon, app_label, model_name in pages:
            if (app_label, model_name) == wanted:
                return group, name
    return "", ""
