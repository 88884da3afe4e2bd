"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class SupportConfig(AppConfig):
    name = "orderflow_bridge.support"
    verbose_name = _("Support")
    default_auto_field = "django.db.models.BigAutoField"
