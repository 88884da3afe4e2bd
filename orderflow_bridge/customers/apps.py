"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Who has bought, as Magento's customers."""

    name = "orderflow_bridge.customers"
    verbose_name = _("Customers")
    default_auto_field = "django.db.models.BigAutoField"
