"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "orderflow_bridge.access"
    verbose_name = _("Web Services")
    default_auto_field = "django.db.models.BigAutoField"
