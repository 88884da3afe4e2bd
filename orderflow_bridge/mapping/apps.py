"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class MappingConfig(AppConfig):
    name = "orderflow_bridge.mapping"
    verbose_name = _("Configuration")
    default_auto_field = "django.db.models.BigAutoField"
