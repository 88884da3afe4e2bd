"""One table of values, as Magento's core_config_data, and one of their changes.

A value is a text; what it means is declared with its setting (`sections`), so a new setting needs
no migration. A scope without a row for a path inherits.
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from encrypted_fields.fields import EncryptedTextField

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.sections import SECTIONS
from orderflow_bridge.stores.models import Website


class SettingValue(models.Model):
    """The value that one scope has of its own. No website means Default Config."""

    website = models.ForeignKey(
        Website, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    path = models.CharField(max_length=255)
    value = models.TextField()

    class Meta:
        default_permissions = ()
        constraints = (
            # NULLs differ from one another in a plain unique index.
            models.UniqueConstraint("path", Coalesce("website", 0), name="one_value_per_scope"),
        )

    def __str__(self) -> str:
        return f"{self.path} ({self.website or 'Default Config'})"


class SettingChange(models.Model):
    """What a saving made of a setting; NULL is inherited. Of a secret both values are left out."""

    website = models.ForeignKey(
        # A change outlives its website, and still tells that it was one's.
        Website,
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    path = models.CharField(max_length=255)
    before = models.TextField(null=True)  # noqa: DJ001
    after = models.TextField(null=True)  # noqa: DJ001
    changed_at = models.DateTimeField()
    # NULL for the command line.
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.path} at {self.changed_at}"


class Transfer(models.Model):
    """A configuration file that was read here, or an earlier state that was asked for.

    `content` is what it says, by part, scope and key; `before` what had been there of it, once it
    was imported. Both may hold secrets in clear, and are encrypted as a whole.
    """

    created_at = models.DateTimeField(default=timezone.now)
    # NULL for the command line.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=255)
    origin = models.CharField(max_length=400, blank=True, default="")
    notes = models.TextField(blank=True, default="")
    content = EncryptedTextField()
    before = EncryptedTextField(null=True)
    changes = models.PositiveIntegerField(default=0)
    imported_at = models.DateTimeField(null=True)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-pk",)
        default_permissions = ("view", "change")
        verbose_name = _("export and import")
        verbose_name_plural = _("Export and Import")
        permissions = (("secrets_transfer", _("Export secrets")),)

    def __str__(self) -> str:
        return self.name


def _page(section: type[Section]) -> type[SettingValue]:
    """Return what admin and rights need of a section: a model. Its rows are those of all values."""
    options = {
        "proxy": True,
        "app_label": section.app,
        "default_permissions": ("view", "change"),
        "verbose_name": section.declared_title,
        "verbose_name_plural": section.declared_title,
    }
    members = {"__module__": __name__, "section": section, "Meta": type("Meta", (), options)}
    return type(f"{section.__name__}Settings", (SettingValue,), members)


PAGES = {section: _page(section) for section in SECTIONS}
