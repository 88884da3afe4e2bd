"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class BulkConfig(AppConfig):
    name = "orderflow_bridge.restapi.bulk"
    verbose_name = _("Bulk Operations")
    default_auto_field = "django.db.models.BigAutoField"
