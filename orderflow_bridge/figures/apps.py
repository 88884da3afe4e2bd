"""Django's name for this room."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "orderflow_bridge.figures"
    verbose_name = "Figures"
    default_auto_field = "django.db.models.BigAutoField"
