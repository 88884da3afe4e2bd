"""A table per page of the configuration, a row per scope; NULL means the wider scope decides."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from orderflow_bridge.configuration import sections
from orderflow_bridge.configuration.cache import forget
from orderflow_bridge.configuration.declarations import Scope, Section, columns
from orderflow_bridge.stores.models import Website


class ScopedSettings(models.Model):
    """The values of one section that one scope has of its own. No website means Default Config."""

    section: ClassVar[type[Section]]
    _change_reason: str  # read by simple_history

    website = models.ForeignKey(
        Website, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        abstract = True
        default_permissions = ("view", "change")
        constraints = (
            # NULLs differ from one another in a plain unique index.
            models.UniqueConstraint(Coalesce("website", 0), name="%(class)s_one_row_per_scope"),
        )

    def __str__(self) -> str:
        return f"{self.section.title} ({self.website or 'Default Config'})"

    def save(self, **kwargs: Any) -> None:
        """Save, and let this process read anew at once, and again when the change is committed."""
        super().save(**kwargs)
        forget()
        transaction.on_commit(forget)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete, and let this process read anew."""
        deleted = super().delete(*args, **kwargs)
        forget()
        transaction.on_commit(forget)
        return deleted

    def clean(self) -> None:
        """Refuse a website's value for what only Default Config may decide."""
        if self.website_id is None:
            return
        for setting in self.section.settings():
            if setting.scope is Scope.GLOBAL and getattr(self, setting.name) is not None:
                raise ValidationError(
                    {setting.name: "This setting is global: it has no value per website."}
                )


class ApiSettings(ScopedSettings):
    """Passwords are kept out of the history, which would store further copies of them."""

    section = sections.Api
    vars().update(columns(section))
    history = HistoricalRecords(excluded_fields=("password", "proxy_login"))

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.Api.title


class EmailSettings(ScopedSettings):
    section = sections.Email
    vars().update(columns(section))
    history = HistoricalRecords()

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.Email.title


class OrderExportSettings(ScopedSettings):
    section = sections.OrderExport
    vars().update(columns(section))
    history = HistoricalRecords()

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.OrderExport.title


class ProductExportSettings(ScopedSettings):
    section = sections.ProductExport
    vars().update(columns(section))
    history = HistoricalRecords()

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.ProductExport.title


class InventoryImportSettings(ScopedSettings):
    section = sections.InventoryImport
    vars().update(columns(section))
    history = HistoricalRecords()

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.InventoryImport.title


class ShipmentImportSettings(ScopedSettings):
    section = sections.ShipmentImport
    vars().update(columns(section))
    history = HistoricalRecords()

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.ShipmentImport.title


class LogCleaningSettings(ScopedSettings):
    section = sections.LogCleaning
    vars().update(columns(section))
    history = HistoricalRecords()

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.LogCleaning.title


class WebhooksSettings(ScopedSettings):
    """The secret is kept out of the history, as the password is."""

    section = sections.Webhooks
    vars().update(columns(section))
    history = HistoricalRecords(excluded_fields=("secret",))

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.Webhooks.title


class AdminInfoSettings(ScopedSettings):
    section = sections.AdminInfo
    vars().update(columns(section))
    history = HistoricalRecords()

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.AdminInfo.title


class GeneralSettings(ScopedSettings):
    section = sections.General
    vars().update(columns(section))
    history = HistoricalRecords()

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.General.title


class WebServicesSettings(ScopedSettings):
    section = sections.WebServices
    vars().update(columns(section))
    history = HistoricalRecords()

    class Meta(ScopedSettings.Meta):
        verbose_name = verbose_name_plural = sections.WebServices.title


TABLES: dict[type[Section], type[ScopedSettings]] = {
    table.section: table
    for table in (
        ApiSettings,
        EmailSettings,
        OrderExportSettings,
        ProductExportSettings,
        InventoryImportSettings,
        ShipmentImportSettings,
        LogCleaningSettings,
        WebhooksSettings,
        AdminInfoSettings,
        GeneralSettings,
        WebServicesSettings,
    )
}
