"""Django's name for this room."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "orderflow_bridge.monitoring"
    label = "dashboard"  # as tables, rights and addresses are named
    verbose_name = "Dashboard"
    default_auto_field = "django.db.models.BigAutoField"
