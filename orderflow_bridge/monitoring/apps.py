"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class DashboardConfig(AppConfig):
    name = "orderflow_bridge.monitoring"
    label = "dashboard"  # as tables, rights and addresses are named
    verbose_name = _("Dashboard")
    default_auto_field = "django.db.models.BigAutoField"
