"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class CarriersConfig(AppConfig):
    """The shipping map: OrderFlow's couriers and the shop's carriers, both ways."""

    name = "orderflow_bridge.carriers"
    verbose_name = _("Stores")
    default_auto_field = "django.db.models.BigAutoField"
