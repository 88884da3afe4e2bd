"""The right to search for a story; a story has no table of its own."""

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.sales.models import Order


class Timeline(Order):
    """The menu entry "Find": the story of an order, of a SKU, or the message with an id."""

    class Meta:
        proxy = True
        verbose_name = _("timeline")
        verbose_name_plural = _("find and timeline")
