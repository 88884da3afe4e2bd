"""Django's name for this room. It stands before the admin, so that what plugins bring is there when
the other rooms' admin modules are loaded, and after unfold, which puts its own site in the place of
Django's.
"""

import atexit

from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string

from orderflow_bridge.common.translation import gettext_lazy as _


class PluginsConfig(AppConfig):
    name = "orderflow_bridge.plugins"
    verbose_name = _("Plugins")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Take the hooks of the plugins that are switched on; by name, as they need the models."""
        import_string("orderflow_bridge.plugins.hooks.load_plugins")(settings.BRIDGE_PLUGINS)
        if settings.BRIDGE_PLUGINS:
            atexit.register(import_string("orderflow_bridge.plugins.statistics.write_statistics"))
