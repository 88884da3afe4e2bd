"""Django's name for this room."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "orderflow_bridge.exchange"
    verbose_name = "Exchange"
    default_auto_field = "django.db.models.BigAutoField"
