"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    """What the shop decides about exports and stock without touching the code."""

    name = "orderflow_bridge.rules"
    verbose_name = _("Rules")
    default_auto_field = "django.db.models.BigAutoField"
