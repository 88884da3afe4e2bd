"""Django's name for this room."""

from django.apps import AppConfig


class LogCleaningConfig(AppConfig):
    name = "orderflow_bridge.log_cleaning"
    verbose_name = "Log Cleaning"
    default_auto_field = "django.db.models.BigAutoField"
