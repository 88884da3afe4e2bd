"""Django's name for this room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "orderflow_bridge.demo"
    verbose_name = "Demo"
    default_auto_field = "django.db.models.BigAutoField"
