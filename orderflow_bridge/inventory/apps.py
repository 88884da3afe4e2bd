"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "orderflow_bridge.inventory"
    verbose_name = _("Inventory")
    default_auto_field = "django.db.models.BigAutoField"
