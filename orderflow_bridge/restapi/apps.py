"""Django's name for this room."""

from django.apps import AppConfig


class RestApiConfig(AppConfig):
    name = "orderflow_bridge.restapi"
    verbose_name = "REST"
    default_auto_field = "django.db.models.BigAutoField"
