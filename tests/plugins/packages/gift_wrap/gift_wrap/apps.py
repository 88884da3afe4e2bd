"""Django's name for the plugin's tables."""

from django.apps import AppConfig


class GiftWrapConfig(AppConfig):
    name = "gift_wrap"
    verbose_name = "Gift Wrap"
    default_auto_field = "django.db.models.BigAutoField"
