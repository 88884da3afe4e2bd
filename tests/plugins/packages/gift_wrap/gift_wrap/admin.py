"""Sales → Gift Wrap, and a tab on the order's page."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from gift_wrap.models import Wrap
from orderflow_bridge.console.form_admin import FormAdmin
from orderflow_bridge.console.page_parts import PageParts, add_parts
from orderflow_bridge.console.pages import Card, Section, cards
from orderflow_bridge.sales.models import Order


@admin.register(Wrap)
class WrapAdmin(FormAdmin):
    """The orders that want paper."""

    list_display = ("order_number", "colour")
    empty_title = "Nothing to wrap"


def wrap_section(request: HttpRequest, order: Order) -> Section | None:
    """Show the paper of an order."""
    wrap: Any = Wrap.objects.filter(order_number=order.increment_id).first()
    return (
        cards("gift-wrap", "Gift Wrap", Card("Paper", [("Colour", wrap.colour)])) if wrap else None
    )


add_parts(Order, PageParts(sections=[wrap_section]))
