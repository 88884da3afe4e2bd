"""Django's name for this room."""

from django.apps import AppConfig


class InductionConfig(AppConfig):
    name = "orderflow_bridge.induction"
    label = "induction"
    verbose_name = "Induction"
    default_auto_field = "django.db.models.BigAutoField"
