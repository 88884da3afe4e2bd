"""Django's name for this room."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "orderflow_bridge.health"
    verbose_name = "Health"
    default_auto_field = "django.db.models.BigAutoField"
