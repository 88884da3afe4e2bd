"""Django's name for this room."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "orderflow_bridge.catalog"
    verbose_name = "Catalog"
    default_auto_field = "django.db.models.BigAutoField"
