"""Django's name for this room."""

from django.apps import AppConfig


class StoresConfig(AppConfig):
    name = "orderflow_bridge.stores"
    verbose_name = "Stores"
    default_auto_field = "django.db.models.BigAutoField"
