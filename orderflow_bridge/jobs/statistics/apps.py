"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class StatisticsConfig(AppConfig):
    name = "orderflow_bridge.jobs.statistics"
    label = "figures"  # as tables, rights and addresses are named
    verbose_name = _("Statistics")
    default_auto_field = "django.db.models.BigAutoField"
