"""Bulk changes to the catalogue that OrderFlow must hear of (docs/contract/shop-rules.md).

`save` is not the only way: the admin's actions, imports and the API change rows by querysets.
These querysets make the products Pending in the same transaction, with a fixed number of
statements. A stock change touches none of these tables.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from orderflow_bridge.catalog.events import tell_of_changed
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.skus import sku_key

# What OrderFlow gets of a product's row: a change of any of these makes the product Pending.
EXPORTED_FIELDS = frozenset((
    "sku", "name", "type_id", "attribute_set_id", "status", "visibility", "price", "weight",
    "description", "image", "tax_class_id", "barcode", "weight_units", "length", "width", "height",
    "area", "volume", "storage_types", "tax_code", "custom_attributes",
))  # fmt: skip
# What a variant or part without a picture takes from its parent depends on these.
SHOWN_BY_CHILDREN = frozenset({"image", "type_id"})
SIMPLE = "simple"
STATUS = "orderflow_export_status"


class ProductQuerySet(models.QuerySet[Any]):
    """Products; a bulk change of an exported field makes them Pending."""

    def update(self, **values: Any) -> int:
        """Update the rows. A status among the values is an explicit wish and stays as given.

        A SKU must be a text: its key is not the database's to make.
        """
        if "sku" in values:
            values["sku_key"] = sku_key(values["sku"])
        if STATUS in values or not EXPORTED_FIELDS & values.keys():
            return super().update(**values)
        with transaction.atomic(using=self.db):
            # Before the change: afterwards the filter may not find the products again.
            is_shown = bool(SHOWN_BY_CHILDREN & values.keys())
            ids = list(self.values_list("pk", flat=True)) if is_shown else []
            if not is_shown:
                self._links().mark_pending()
            changed = super().update(**values, **{STATUS: ExportStatus.PENDING})
            if ids:  # whether a product is exported at all depends on its new type
                self._among(ids)._links().mark_pending()
                self._among(ids).announce_children()
        return changed

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete products; children that showed a picture of theirs become Pending."""
        with transaction.atomic(using=self.db):
            orphans = self.orphans()
            deleted = super().delete()
            self._among(orphans).mark_pending()
        return deleted

    def orphans(self) -> list[int]:
        """Return the children that show a picture of these products."""
        relations = self._relations().filter(child__image="").exclude(parent__image="")
        return list(relations.values_list("child_id", flat=True))

    def announce_children(self) -> None:
        """Make the children without a picture of their own Pending: they show their parent's."""
        children = self._relations().filter(child__image="").values_list("child_id", flat=True)
        if ids := list(children):
            self._among(ids).mark_pending()

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
            self.write_export_state(status=ExportStatus.PENDING)
        return marked

    def write_export_state(self, **export_state: Any) -> int:
        """Write the `status` and `date` that sum up the websites' rows, and nothing else."""
        return super().update(
            **{f"orderflow_export_{name}": value for name, value in export_state.items()}
        )

    def _links(self) -> Any:
        """Return the websites' rows of these products."""
        links = self.model._meta.get_field("website_links").related_model
        return links._default_manager.using(self.db).filter(product__in=self.values("pk"))

    def _relations(self) -> Any:
        """Return what leads from these products to their variants and parts."""
        relations = self.model._meta.get_field("child_relations").related_model
        return relations._default_manager.using(self.db).filter(parent__in=self.values("pk"))

    def _among(self, ids: Sequence[int]) -> Any:
        return self.model._default_manager.using(self.db).filter(pk__in=ids)


class CategoryQuerySet(models.QuerySet[Any]):
    """Categories: what OrderFlow gets of a product names the ones it is in."""

    def update(self, **values: Any) -> int:
        """Update the rows; under a new name, their products become Pending."""
        with transaction.atomic(using=self.db):
            if "name" in values:
                self.announce()
            return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows; the products that were in them become Pending."""
        with transaction.atomic(using=self.db):
            self.announce()
            return super().delete()

    def announce(self) -> None:
        """Make the products in these categories Pending."""
        links = self.model._meta.get_field("product_links").related_model
        found = links._default_manager.using(self.db).filter(category__in=self.values("pk"))
        found.announce(found.values_list("product_id", flat=True))


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
        if ids := sorted(set(product_ids)):
            products = self.model._meta.get_field("product").related_model
            products._default_manager.using(self.db).filter(pk__in=ids).mark_pending()


class RelationQuerySet(models.QuerySet[Any]):
    """Variants and parts: a child without a picture shows its parent's."""

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
        if ids := list(shown.values_list("child_id", flat=True)):
            products._default_manager.using(self.db).filter(pk__in=ids).mark_pending()


class MembershipQuerySet(models.QuerySet[Any]):
    """Products' rows per website. A new row is Pending; only simple products become due."""

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Create rows; the products' own status follows.

        What OrderFlow gets of a product names its websites: the rows of the others become Pending.
        """
        rows = list(objs)
        with transaction.atomic(using=self.db):
            others = self.joined(rows)
            self.rest_others(rows)
            created: list[Any] = super().bulk_create(rows, *args, **kwargs)
            self.note_changes(rows)
            self.announce(others)
        return created

    def delete(self) -> tuple[int, dict[str, int]]:
        """Delete rows; the rows of the websites that still sell the products become Pending."""
        with transaction.atomic(using=self.db):
            owners = set(self.values_list("product_id", flat=True))
            deleted = super().delete()
            self.announce(self._table().filter(product__in=owners).values_list("pk", flat=True))
        return deleted

    def joined(self, rows: Sequence[Any]) -> list[int]:
        """Return the rows, so far, of products that new rows bring to a further website."""
        there = self._table().filter(product__in={row.product_id for row in rows})
        known = list(there.values_list("pk", "product_id", "website_id"))
        sold = {(product_id, website_id) for _, product_id, website_id in known}
        grown = {row.product_id for row in rows if (row.product_id, row.website_id) not in sold}
        return [pk for pk, product_id, _ in known if product_id in grown]

    def announce(self, row_ids: Iterable[int]) -> None:
        """Make these rows, and their products, Pending: the products' websites have changed."""
        if ids := list(row_ids):
            rows = self._table().filter(pk__in=ids)
            rows.mark_pending()
            products = self._products().filter(pk__in=rows.values("product_id"))
            products.write_export_state(status=ExportStatus.PENDING)

    def mark_pending(self, *, is_simple: bool | None = None) -> int:
        """Make these rows Pending and due now, as after a change; return how many there are.

        `is_simple` tells whether the products are exported at all; None asks the database.
        """
        now = Value(clock.now(), output_field=models.DateTimeField())
        never = Value(None, output_field=models.DateTimeField())
        due: Any = now if is_simple else never
        if is_simple is None:
            tell_of_changed(self._products().filter(pk__in=self.values("product")))
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

    def note_changes(self, rows: Sequence[Any]) -> None:
        """Let the products of new Pending rows read Pending too."""
        tell_of_changed(self._products().filter(pk__in={row.product_id for row in rows}))
        pending = {
            row.product_id for row in rows if row.orderflow_export_status == ExportStatus.PENDING
        }
        if pending:
            self._products().filter(pk__in=pending).write_export_state(status=ExportStatus.PENDING)

    def _table(self) -> Any:
        """Return all rows there are, whatever this queryset selects."""
        return self.model._default_manager.using(self.db).all()

    def _products(self) -> Any:
        return self.model._meta.get_field("product").related_model._default_manager.using(self.db)


CategoryManager = models.Manager.from_queryset(CategoryQuerySet)
ProductManager = models.Manager.from_queryset(ProductQuerySet)
ProductLinkManager = models.Manager.from_queryset(ProductLinkQuerySet)
MembershipManager = models.Manager.from_queryset(MembershipQuerySet)
RelationManager = models.Manager.from_queryset(RelationQuerySet)
