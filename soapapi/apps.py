"""Django's name for this room."""

from django.apps import AppConfig


class SoapApiConfig(AppConfig):
    name = "soapapi"
    verbose_name = "SOAP"
    default_auto_field = "django.db.models.BigAutoField"
