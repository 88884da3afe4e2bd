"""Django's name for this room."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models import Field, ForeignKey
from django.db.models.signals import pre_migrate

from orderflow_bridge.common.lookups import AnyOf
from orderflow_bridge.common.skus import teach_sqlite
from orderflow_bridge.common.sqlite import keep_journal_ahead, raise_parameter_limit


class CommonConfig(AppConfig):
    name = "orderflow_bridge.common"
    verbose_name = "Common"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        Field.register_lookup(AnyOf)
        ForeignKey.register_lookup(AnyOf)
        connection_created.connect(raise_parameter_limit)
        pre_migrate.connect(keep_journal_ahead)
        connection_created.connect(teach_sqlite)
