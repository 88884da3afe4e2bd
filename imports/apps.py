"""Django's name for this room."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "imports"
    verbose_name = "OrderFlow Imports"
    default_auto_field = "django.db.models.BigAutoField"
