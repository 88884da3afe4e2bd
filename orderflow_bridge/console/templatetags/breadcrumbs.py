"""Where a page stands: its group of the menu, its list as it was left, and its record."""

from typing import Any

from django import template
from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext
from unfold.templatetags.unfold import header_title

from orderflow_bridge.console.grids.address import as_it_was_left
from orderflow_bridge.console.naming import group_of, list_name
from orderflow_bridge.console.pages import admin_url

register = template.Library()


@register.simple_tag(takes_context=True)
def breadcrumbs(context: Any) -> Any:
    """Show the way to a page; pages that belong to no list are named by unfold."""
    options = context.get("opts")
    if options is None or options.model not in admin.site._registry:
        return header_title(context)
    name = f"{options.app_label}_{options.model_name}"
    title = list_name(options, getattr(admin.site._registry[options.model], "list_title", ""))
    url = as_it_was_left(admin_url(f"{name}_changelist"), context["request"])
    group = group_of(options)
    parts = [{"title": group and gettext(group)}, {"title": title, "link": url}]
    record = context.get("original") or context.get("object")
    if record is not None and not isinstance(record, str):
        parts.append({"title": str(record), "link": admin_url(f"{name}_change", record.pk)})
    return render_to_string(
        "unfold/helpers/header_title.html",
        {"parts": [part for part in parts if part["title"]]},
        context["request"],
    )
