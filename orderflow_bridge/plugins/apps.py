"""Django's name for this room. It is the first of all apps, so that what plugins bring is there
when the other rooms' admin modules are loaded.
"""

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string


class PluginsConfig(AppConfig):
    name = "orderflow_bridge.plugins"
    verbose_name = "Plugins"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take the hooks of the plugins that are switched on; by name, as they need the models."""
        import_string("orderflow_bridge.plugins.hooks.load_plugins")(settings.BRIDGE_PLUGINS)
