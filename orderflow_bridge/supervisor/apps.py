"""Django's name for this room."""

from django.apps import AppConfig


class SupervisorConfig(AppConfig):
    name = "orderflow_bridge.supervisor"
    verbose_name = "Supervisor"
    default_auto_field = "django.db.models.BigAutoField"
