"""Django's name for this room."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """What the shop decides about exports and stock without touching the code."""

    name = "orderflow_bridge.rules"
    verbose_name = "Rules"
    default_auto_field = "django.db.models.BigAutoField"
