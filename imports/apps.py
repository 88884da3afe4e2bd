"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "imports"
    verbose_name = _("OrderFlow Imports")
    default_auto_field = "django.db.models.BigAutoField"
