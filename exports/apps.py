"""Django's name for this room."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "exports"
    verbose_name = "OrderFlow Exports"
    default_auto_field = "django.db.models.BigAutoField"
