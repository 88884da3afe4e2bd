"""The room of saved views."""

from django.apps import AppConfig


class GridViewsConfig(AppConfig):
    """What users have made of their lists."""

    name = "orderflow_bridge.grid_views"
    verbose_name = "Saved Views"
