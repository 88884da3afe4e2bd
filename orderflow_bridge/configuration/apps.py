"""Django's name for this room."""

from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    name = "orderflow_bridge.configuration"
    verbose_name = "Configuration"
    default_auto_field = "django.db.models.BigAutoField"
