"""Django's name for this room."""

from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "orderflow_bridge.support"
    verbose_name = "Support"
    default_auto_field = "django.db.models.BigAutoField"
