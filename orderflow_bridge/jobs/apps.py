"""Django's name for this room."""

from django.apps import AppConfig


class SchedulerConfig(AppConfig):
    name = "orderflow_bridge.jobs"
    label = "scheduler"  # as tables, rights and addresses are named
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"
