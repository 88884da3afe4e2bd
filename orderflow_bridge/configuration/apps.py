"""Django's name for this room."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.stored_secrets import check_secrets


class ConfigurationConfig(AppConfig):
    name = "orderflow_bridge.configuration"
    verbose_name = _("Configuration")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have Django's checks look at the stored secrets."""
        register(check_secrets, Tags.database)
