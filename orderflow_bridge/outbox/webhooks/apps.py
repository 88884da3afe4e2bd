"""Django's name for this room."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "orderflow_bridge.outbox.webhooks"
    verbose_name = "Webhooks"
    default_auto_field = "django.db.models.BigAutoField"
