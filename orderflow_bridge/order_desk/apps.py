"""Django's name for this room."""

from django.apps import AppConfig


class OrderDeskConfig(AppConfig):
    name = "orderflow_bridge.order_desk"
    verbose_name = "Order Desk"
