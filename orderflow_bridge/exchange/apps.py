"""Django's name for this room."""

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.exchange.environment import is_name


class ExchangeConfig(AppConfig):
    name = "orderflow_bridge.exchange"
    verbose_name = _("Exchange")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refuse a name that is none."""
        name = settings.BRIDGE_ENVIRONMENT
        if name and not is_name(name):
            raise ImproperlyConfigured(
                f"BRIDGE_ENVIRONMENT: “{name}” is no name. Use up to 20 small letters, digits and"
                " hyphens, such as live or test."
            )
