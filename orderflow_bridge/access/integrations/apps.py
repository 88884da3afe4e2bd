"""Django's name for this room."""

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "orderflow_bridge.access.integrations"
    verbose_name = "Integrations"
    default_auto_field = "django.db.models.BigAutoField"
