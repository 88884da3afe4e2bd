"""Django's name for this room."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "orderflow_bridge.restapi.bulk"
    verbose_name = "Bulk Operations"
    default_auto_field = "django.db.models.BigAutoField"
