"""The list of problems: what is wrong now and needs somebody."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class ProblemsConfig(AppConfig):
    """What needs a person, and who was told."""

    name = "orderflow_bridge.problems"
    verbose_name = _("Watch")
