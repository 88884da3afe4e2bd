"""Django's name for this room."""

from django.apps import AppConfig


class LogCleaningConfig(AppConfig):
    name = "orderflow_bridge.jobs.cleaning"
    label = "log_cleaning"  # as tables, rights and addresses are named
    verbose_name = "Log Cleaning"
    default_auto_field = "django.db.models.BigAutoField"
