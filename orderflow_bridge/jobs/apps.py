"""Django's name for this room."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from orderflow_bridge.common.translation import gettext_lazy as _


class SchedulerConfig(AppConfig):
    name = "orderflow_bridge.jobs"
    label = "scheduler"  # as tables, rights and addresses are named
    verbose_name = _("Jobs")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make our Celery application the one that tasks belong to."""
        import_string("orderflow_bridge.celery.app")
