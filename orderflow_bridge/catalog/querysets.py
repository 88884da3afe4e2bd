"""Bulk changes to the catalogue that OrderFlow must hear of (decisions.md §6; B-43).

`save` is not the only door: the admin's actions, imports and the API change rows through querysets.
These querysets make the products Pending in the same transaction, with a fixed number of
statements. A stock change touches none of these tables.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone

from orderflow_bridge.common.choices import ExportStatus

# What OrderFlow gets of a product. Its place in the shop (visibility, attribute set) is no concern
# of a warehouse.
EXPORTED_FIELDS = frozenset(
    {
        "sku",
        "name",
        "type_id",
        "status",
        "price",
        "weight",
        "description",
        "image",
        "tax_class_id",
        "barcode",
        "weight_units",
        "length",
        "width",
        "height",
        "area",
        "volume",
        "storage_types",
        "tax_code",
        "custom_attributes",
    }
)
SIMPLE = "simple"
STATUS = "orderflow_export_status"


class ProductQuerySet(models.QuerySet[Any]):
    """Products; a bulk change of an exported field makes them Pending."""

    def update(self, **values: Any) -> int:
        """Update the rows. A status among the values is an explicit wish and stays as given."""
        if STATUS in values or not EXPORTED_FIELDS & values.keys():
            return super().update(**values)
        with transaction.atomic(using=self.db):
            # Before the change: afterwards the filter may not find the products again.
            ids = list(self.values_list("pk", flat=True)) if "type_id" in values else None
            if ids is None:
                self._links().mark_pending()
            changed = super().update(**values, **{STATUS: ExportStatus.PENDING})
            if ids:  # whether a product is exported at all depends on its new type
                self._among(ids)._links().mark_pending()
        return changed

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create rows; those that an upsert finds and changes become Pending."""
        with transaction.atomic(using=self.db):
            created: list[Any] = super().bulk_create(objs, *args, **kwargs)
            if kwargs.get("update_conflicts"):
                fields = set(kwargs.get("update_fields") or ())
                if STATUS not in fields and EXPORTED_FIELDS & fields:
                    ids = [row.pk for row in created]
                    self._among(ids).mark_pending()
        return created

    def mark_pending(self) -> int:
        """Say that OrderFlow must hear of these products; return how many rows it concerns.

        Every website's row becomes Pending and due now, with its attempts forgotten.
        """
        with transaction.atomic(using=self.db):
            marked: int = self._links().mark_pending()
            self.write_standing(status=ExportStatus.PENDING)
        return marked

    def write_standing(self, **standing: Any) -> int:
        """Write the `status` and `date` that sum up the websites' rows, and nothing else."""
        return super().update(
            **{f"orderflow_export_{name}": value for name, value in standing.items()}
        )

    def _links(self) -> Any:
        """Return the websites' rows of these products."""
        links = self.model._meta.get_field("website_links").related_model
        return links._default_manager.using(self.db).filter(product__in=self.values("pk"))

    def _among(self, ids: Sequence[int]) -> Any:
        return self.model._default_manager.using(self.db).filter(pk__in=ids)


class ProductLinkQuerySet(models.QuerySet[Any]):
    """Rows that belong to a product and are a part of what OrderFlow gets of it."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create rows; their products become Pending."""
        with transaction.atomic(using=self.db):
            created: list[Any] = super().bulk_create(objs, *args, **kwargs)
            self.announce(row.product_id for row in created)
        return created

    def update(self, **values: Any) -> int:
        """Update rows; their products, before and after, become Pending."""
        with transaction.atomic(using=self.db):
            ids = list(self.values_list("pk", "product_id"))
            changed = super().update(**values)
            after = self.model._default_manager.using(self.db).filter(pk__in=[pk for pk, _ in ids])
            self.announce(
                [*(owner for _, owner in ids), *after.values_list("product_id", flat=True)]
            )
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows; their products become Pending."""
        with transaction.atomic(using=self.db):
            owners = list(self.values_list("product_id", flat=True))
            deleted = super().delete()
            self.announce(owners)
        return deleted

    def announce(self, product_ids: Iterable[int]) -> None:
        """Make these products Pending."""
        ids = sorted(set(product_ids))
        if ids:
            products = self.model._meta.get_field("product").related_model
            products._default_manager.using(self.db).filter(pk__in=ids).mark_pending()


class RelationQuerySet(models.QuerySet[Any]):
    """Variants and parts: a child without a picture shows its parent's (reference.md F149)."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create rows; children that show their new parent's picture become Pending."""
        with transaction.atomic(using=self.db):
            created: list[Any] = super().bulk_create(objs, *args, **kwargs)
            self.filter(child__in={row.child_id for row in created}).announce()
        return created

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows; children that showed their parent's picture become Pending."""
        with transaction.atomic(using=self.db):
            self.announce()
            return super().delete()

    def announce(self) -> None:
        """Make the children that show their parent's picture Pending."""
        shown = self.filter(child__image="").exclude(parent__image="")
        products = self.model._meta.get_field("child").related_model
        ids = list(shown.values_list("child_id", flat=True))
        if ids:
            products._default_manager.using(self.db).filter(pk__in=ids).mark_pending()


class MembershipQuerySet(models.QuerySet[Any]):
    """Products' rows per website. A new row is Pending; only simple products become due (F79)."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create rows; the products' own status follows."""
        rows = list(objs)
        with transaction.atomic(using=self.db):
            self.rest_others(rows)
            created: list[Any] = super().bulk_create(rows, *args, **kwargs)
            self.tell_products(rows)
        return created

    def mark_pending(self, *, is_simple: bool | None = None) -> int:
        """Make these rows Pending and due now, as after a change; return how many there are.

        `is_simple` tells whether the products are exported at all; None asks the database.
        """
        now = Value(timezone.now(), output_field=models.DateTimeField())
        never = Value(None, output_field=models.DateTimeField())
        due: Any = now if is_simple else never
        if is_simple is None:
            simple = self._products().filter(pk=OuterRef("product_id"), type_id=SIMPLE)
            due = Case(When(Exists(simple), then=now), default=never)
        return self.update(
            orderflow_export_status=ExportStatus.PENDING,
            orderflow_due_at=due,
            orderflow_attempts=0,
            orderflow_revision=F("orderflow_revision") + 1,
            orderflow_last_error="",
        )

    def take_over(self, status: str) -> int:
        """Give these rows a status that somebody has chosen; nothing is due then."""
        return self.update(
            orderflow_export_status=status,
            orderflow_due_at=None,
            orderflow_attempts=0,
            orderflow_revision=F("orderflow_revision") + 1,
        )

    def rest_others(self, rows: Sequence[Any]) -> None:
        """See that new rows do not become due: of products that are not simple, or not Pending."""
        ids = {row.product_id for row in rows}
        others = set(
            self._products().filter(~Q(type_id=SIMPLE), pk__in=ids).values_list("pk", flat=True)
        )
        for row in rows:
            if row.product_id in others or row.orderflow_export_status == ExportStatus.EXPORTED:
                row.orderflow_due_at = None

    def tell_products(self, rows: Sequence[Any]) -> None:
        """Let the products of new Pending rows read Pending too."""
        pending = {
            row.product_id for row in rows if row.orderflow_export_status == ExportStatus.PENDING
        }
        if pending:
            self._products().filter(pk__in=pending).write_standing(status=ExportStatus.PENDING)

    def _products(self) -> Any:
        products = self.model._meta.get_field("product").related_model
        return products._default_manager.using(self.db)


ProductManager = models.Manager.from_queryset(ProductQuerySet)
ProductLinkManager = models.Manager.from_queryset(ProductLinkQuerySet)
MembershipManager = models.Manager.from_queryset(MembershipQuerySet)
RelationManager = models.Manager.from_queryset(RelationQuerySet)
