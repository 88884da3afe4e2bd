"""Django's name for this room."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "orderflow_bridge.console"
    verbose_name = "Console"
    default_auto_field = "django.db.models.BigAutoField"
