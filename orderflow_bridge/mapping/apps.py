"""Django's name for this room."""

from django.apps import AppConfig


class MappingConfig(AppConfig):
    name = "orderflow_bridge.mapping"
    verbose_name = "Configuration"
    default_auto_field = "django.db.models.BigAutoField"
