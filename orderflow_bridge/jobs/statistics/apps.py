"""Django's name for this room."""

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "orderflow_bridge.jobs.statistics"
    label = "figures"  # as tables, rights and addresses are named
    verbose_name = "Statistics"
    default_auto_field = "django.db.models.BigAutoField"
