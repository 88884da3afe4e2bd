"""The room of saved views."""

from django.apps import AppConfig


class GridViewsConfig(AppConfig):
    """What users have made of their lists."""

    name = "orderflow_bridge.console.saved_views"
    label = "grid_views"  # as tables, rights and addresses are named
    verbose_name = "Saved Views"
