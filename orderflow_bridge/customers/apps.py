"""Django's name for this room."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Who has bought, as Magento's customers."""

    name = "orderflow_bridge.customers"
    verbose_name = "Customers"
    default_auto_field = "django.db.models.BigAutoField"
