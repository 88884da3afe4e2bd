"""Django's name for this room."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "orderflow_bridge.common"
    verbose_name = "Common"
    default_auto_field = "django.db.models.BigAutoField"
