"""The room of saved views."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class GridViewsConfig(AppConfig):
    """What users have made of their lists."""

    name = "orderflow_bridge.console.saved_views"
    label = "grid_views"  # as tables, rights and addresses are named
    verbose_name = _("Saved Views")
