"""Django's name for this room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "orderflow_bridge.access"
    verbose_name = "Web Services"
    default_auto_field = "django.db.models.BigAutoField"
