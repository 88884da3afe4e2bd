"""Django's name for this room."""

from django.apps import AppConfig


class RequestQueueConfig(AppConfig):
    name = "orderflow_bridge.request_queue"
    verbose_name = "Request Queue"
    default_auto_field = "django.db.models.BigAutoField"
