"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class IntegrationsConfig(AppConfig):
    name = "orderflow_bridge.access.integrations"
    verbose_name = _("Integrations")
    default_auto_field = "django.db.models.BigAutoField"
