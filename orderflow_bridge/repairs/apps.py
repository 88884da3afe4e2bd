"""Django's name for this room."""

from django.apps import AppConfig


class RepairsConfig(AppConfig):
    name = "orderflow_bridge.repairs"
    verbose_name = "Repairs"
    default_auto_field = "django.db.models.BigAutoField"
