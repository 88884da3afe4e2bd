"""Django's name for this room."""

from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "orderflow_bridge.inventory"
    verbose_name = "Inventory"
    default_auto_field = "django.db.models.BigAutoField"
