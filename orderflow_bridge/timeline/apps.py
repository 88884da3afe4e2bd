"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class TimelineConfig(AppConfig):
    name = "orderflow_bridge.timeline"
    verbose_name = _("Timeline")
    default_auto_field = "django.db.models.BigAutoField"
