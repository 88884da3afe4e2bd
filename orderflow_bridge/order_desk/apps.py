"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class OrderDeskConfig(AppConfig):
    name = "orderflow_bridge.order_desk"
    verbose_name = _("Order Desk")
