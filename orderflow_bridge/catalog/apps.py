"""Django's name for this room."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from orderflow_bridge.common.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "orderflow_bridge.catalog"
    verbose_name = _("Catalog")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the models their readers' names."""
        import_string("orderflow_bridge.catalog.labels.name_models")()
