"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class StoresConfig(AppConfig):
    name = "orderflow_bridge.stores"
    verbose_name = _("Stores")
    default_auto_field = "django.db.models.BigAutoField"
