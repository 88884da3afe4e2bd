"""Django's name for this room."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "orderflow_bridge.outbox.mail"
    verbose_name = "E-mails"
    default_auto_field = "django.db.models.BigAutoField"
