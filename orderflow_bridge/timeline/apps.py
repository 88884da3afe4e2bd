"""Django's name for this room."""

from django.apps import AppConfig


class TimelineConfig(AppConfig):
    name = "orderflow_bridge.timeline"
    verbose_name = "Timeline"
    default_auto_field = "django.db.models.BigAutoField"
