"""Django's name for this room."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "orderflow_bridge.sales"
    verbose_name = "Sales"
    default_auto_field = "django.db.models.BigAutoField"
