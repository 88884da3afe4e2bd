"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "orderflow_bridge.sales"
    verbose_name = _("Sales")
    default_auto_field = "django.db.models.BigAutoField"
