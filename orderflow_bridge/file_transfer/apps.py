"""Django's name for this room."""

from django.apps import AppConfig


class FileTransferConfig(AppConfig):
    name = "orderflow_bridge.file_transfer"
    verbose_name = "Files"
    default_auto_field = "django.db.models.BigAutoField"
