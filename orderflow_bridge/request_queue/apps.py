"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class RequestQueueConfig(AppConfig):
    name = "orderflow_bridge.request_queue"
    verbose_name = _("Request Queue")
    default_auto_field = "django.db.models.BigAutoField"
