"""Django's name for this room."""

from django.apps import AppConfig

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import name_model


class FileTransferConfig(AppConfig):
    name = "orderflow_bridge.file_transfer"
    verbose_name = _("Files")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the models their readers' names."""
        kinds, status = _("kind"), _("status")
        name_model(self.get_model("FileImport"), many=_("file imports"), kind=kinds, status=status)
        name_model(self.get_model("ListExport"), many=_("exported lists"), status=status)
