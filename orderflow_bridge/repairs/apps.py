"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class RepairsConfig(AppConfig):
    name = "orderflow_bridge.repairs"
    verbose_name = _("Repairs")
    default_auto_field = "django.db.models.BigAutoField"
