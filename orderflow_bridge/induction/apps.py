"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class InductionConfig(AppConfig):
    name = "orderflow_bridge.induction"
    label = "induction"
    verbose_name = _("Induction")
    default_auto_field = "django.db.models.BigAutoField"
