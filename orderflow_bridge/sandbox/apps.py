"""Django's name for this room."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    name = "orderflow_bridge.sandbox"
    verbose_name = "Sandbox"
    default_auto_field = "django.db.models.BigAutoField"
