"""Files that are imported: the file itself, how far it has come, and what became of its rows; and
files of long lists, which are made in the background.

All of it is in the database, so that any worker on any machine can go on where another one stopped.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from orderflow_bridge.common.leases import LeasedWork
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.common.translation import pgettext_lazy
from orderflow_bridge.stores.models import Website


class Kind(models.TextChoices):
    """What a file's rows are."""

    PRODUCTS = "products", _("Products")
    STOCK = "stock", _("Stock")
    ORDERS = "orders", _("Orders")


class Change(models.IntegerChoices):
    """What became of a row, or would become of it."""

    CREATED = 1, _("Created")
    UPDATED = 2, _("Updated")
    UNCHANGED = 3, _("Unchanged")
    FAILED = 4, _("Failed")


class Phase(models.IntegerChoices):
    """The two passes through a file: the dry run, and the import."""

    CHECK = 1, _("Dry run")
    IMPORT = 2, _("Import")


class FileImport(LeasedWork):
    """One uploaded file and what is done with it.

    `records_done` counts what the current phase has dealt with, bad rows included; it is written
    in the transaction that holds their effect, so a restarted worker goes on exactly there.
    """

    class Status(models.TextChoices):
        CHECKING = "checking", _("Dry run")
        CHECKED = "checked", _("Waiting for confirmation")
        IMPORTING = "importing", _("Importing")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        CANCELED = "canceled", pgettext_lazy("a file", "Cancelled")

    kind = models.CharField(max_length=16, choices=Kind)
    file_name = models.CharField(_("File"), max_length=255)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(_("SHA-256"), max_length=64)
    format = models.CharField(max_length=255, blank=True, default="")
    website = models.ForeignKey(
        Website, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    username = models.CharField(_("Uploaded by"), max_length=150, blank=True, default="")
    status = models.CharField(max_length=16, choices=Status, default=Status.CHECKING)
    refusal = models.TextField(blank=True, default="")
    is_enclosed = models.BooleanField(_("Fields Enclosure"), default=False)
    notes = models.JSONField(default=list, blank=True)

    records_done = models.PositiveBigIntegerField(default=0)
    bytes_done = models.BigIntegerField(default=0)
    checked = models.JSONField(default=dict, help_text=_("Counts of the dry run, by change."))
    imported = models.JSONField(default=dict, help_text=_("Counts of the import, by change."))

    created_at = models.DateTimeField(_("Uploaded"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("Confirmed"), null=True)
    finished_at = models.DateTimeField(_("Finished"), null=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("file import")
        indexes = (
            models.Index(
                fields=("id",),
                condition=models.Q(status__in=("checking", "importing")),
                name="file_import_at_work",
            ),
            models.Index(fields=("created_at",), name="file_import_created"),
        )
        permissions = (
            ("import_products", "Can import products from files"),
            ("import_stock", "Can import stock from files"),
            ("import_orders", "Can import orders from files"),
            ("export_products", "Can export products to files"),
            ("export_stock", "Can export stock to files"),
            ("export_orders", "Can export orders to files"),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def phase(self) -> Phase:
        """The pass through the file that is at work, or was the last one."""
        before = (self.Status.CHECKING, self.Status.CHECKED)
        return Phase.CHECK if self.status in before or not self.confirmed_at else Phase.IMPORT

    @property
    def counts(self) -> dict[str, int]:
        """The counts of the current phase, by change's number as a text."""
        counts: dict[str, int] = self.checked if self.phase == Phase.CHECK else self.imported
        return counts


class FilePart(models.Model):
    """A piece of an uploaded file."""

    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("file_import", "position")
        constraints = (
            models.UniqueConstraint(fields=("file_import", "position"), name="file_part_once"),
        )

    def __str__(self) -> str:
        return f"{self.file_import} {self.position}"


class FileImportLine(models.Model):
    """What became of a row that failed or changed something; the first so many of each are kept."""

    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="lines")
    phase = models.PositiveSmallIntegerField(choices=Phase)
    row = models.PositiveIntegerField()
    change = models.PositiveSmallIntegerField(_("Result"), choices=Change)
    reference = models.CharField(max_length=150, blank=True, default="")
    text = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(
                fields=("file_import", "phase", "change", "id"), name="file_line_by_change"
            ),
        )

    def __str__(self) -> str:
        return f"Row {self.row}: {self.text}"


class ListExport(LeasedWork):
    """A list's file that is made in the background, for one user.

    `grid` names the list ("catalog.product"), `query` holds its state as its address does. The file
    is offered only when it is done: what a killed worker left of it is thrown away.
    `shows_people` is whether its reader might see people's data when it was made.
    """

    class Status(models.TextChoices):
        WORKING = "working", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELED = "canceled", pgettext_lazy("a file", "Cancelled")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="list_exports"
    )
    grid = models.CharField(max_length=100)
    title = models.CharField(_("List"), max_length=255)
    filters = models.TextField(_("Filters"), blank=True, default="")
    query = models.TextField(blank=True, default="")
    kind = models.CharField(_("Format"), max_length=8)
    status = models.CharField(max_length=16, choices=Status, default=Status.WORKING)
    failure = models.TextField(blank=True, default="")
    shows_people = models.BooleanField(default=True)

    rows_done = models.PositiveBigIntegerField(_("Rows"), default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    size = models.BigIntegerField(default=0)

    created_at = models.DateTimeField(_("Asked for"), default=timezone.now)
    finished_at = models.DateTimeField(_("Finished"), null=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("exported list")
        default_permissions = ()  # everybody has his own; what it shows is judged by the list
        indexes = (
            models.Index(
                fields=("id",), condition=models.Q(status="working"), name="list_export_at_work"
            ),
            models.Index(fields=("created_at",), name="list_export_created"),
        )

    def __str__(self) -> str:
        return self.title


class ListExportPart(models.Model):
    """A piece of a list's file."""

    list_export = models.ForeignKey(ListExport, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ("list_export", "position")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=("list_export", "position"), name="list_part_once"),
        )

    def __str__(self) -> str:
        return f"{self.list_export} {self.position}"
