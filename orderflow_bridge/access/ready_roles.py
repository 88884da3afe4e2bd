"""The roles that are there from the start: operator, administrator, OrderFlow's own, support.

Migrations fill them. Afterwards they belong to the shop, which may change them as it likes.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType

from orderflow_bridge.access import rights
from orderflow_bridge.access.role_rights import (
    CONFIGURATION,
    WEB_SERVICES,
    RightsPage,
    RoleRight,
    rights_pages,
)

OPERATOR = "OrderFlow operator"
ADMINISTRATOR = "OrderFlow administrator"
IMPORT = "OrderFlow Import"
SUPPORT = "OrderFlow support"

# What OrderFlow's user needs: to bring messages, and to fetch what it was told of. No more writing.
_FETCHES = (
    rights.ORDERFLOW_IMPORT,
    rights.PRODUCTS_VIEW,
    rights.PRODUCT_STOCK,
    rights.ORDERS_VIEW,
    rights.STORES,
    rights.SEE_PEOPLE,
)
# Of the menu's group System, an operator sees what runs and what was sent, not who may do what.
_OPERATED_SYSTEM = (
    *("Job Runs", "Pauses", "E-mails", "Webhooks", "Webhook Receivers", "Plugins"),
    *("Problem Routes", "Chat Messages", "Support"),
)

# Setting the shop up is for whoever configures it.
_SET_UP = "Induction"


def ready_roles() -> dict[str, list[RoleRight]]:
    """Return the ready roles with their rights."""
    pages = rights_pages()
    everything = [right for page in pages for right in page.rights]
    return {
        OPERATOR: [right for page in pages if _is_operated(page) for right in _operated(page)],
        ADMINISTRATOR: everything,
        IMPORT: [right for right in everything if right.name in _FETCHES],
        SUPPORT: [right for right in everything if rights.is_reading(right.name)],
    }


def fill_ready_roles(apps: Any, alias: str) -> None:
    """Make the ready roles, or add to them what they lack. For migrations: `apps` is theirs.

    Django makes permissions only after all migrations have run, so those that are needed are made
    here; what comes later finds them and leaves them alone.
    """
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for name, wanted in ready_roles().items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(*permissions(apps, alias, wanted))


def add_to_ready_roles(apps: Any, alias: str, new: Collection[str]) -> None:
    """Give those of the ready roles that are still there what they are to have of new rights.

    For migrations, as `fill_ready_roles`, but of a database whose roles the shop may have changed:
    `new` names rights ("imports.decide_masschange"), or models all of whose rights are new
    ("imports.skualias"). What no page takes any more is passed over.
    """
    groups = apps.get_model("auth", "Group").objects.using(alias)
    for name, wanted in ready_roles().items():
        fitting = [
            right for right in wanted if {right.name, right.model._meta.label_lower} & {*new}
        ]
        for group in groups.filter(name=name) if fitting else ():
            group.permissions.add(*permissions(apps, alias, fitting))
    # Rows of another registry than the global one must not stay in the cache.
    ContentType.objects.clear_cache()


def permission(apps: Any, alias: str, right: RoleRight) -> Any:
    """Return the row of a right, made if need be."""
    return permissions(apps, alias, [right])[0]


def permissions(apps: Any, alias: str, wanted: Sequence[RoleRight]) -> list[Any]:
    """Return the rows of rights, made if need be: two statements if all are there."""
    kinds = _rows(
        apps.get_model("contenttypes", "ContentType").objects.using(alias),
        {_kind(right): {} for right in wanted},
        ("app_label", "model"),
    )
    keys = [(kinds[_kind(right)].pk, right.codename) for right in wanted]
    titles = {key: {"name": _title(right)} for key, right in zip(keys, wanted, strict=True)}
    rows = _rows(
        apps.get_model("auth", "Permission").objects.using(alias),
        titles,
        ("content_type_id", "codename"),
    )
    return [rows[key] for key in keys]


def _rows(
    table: Any, wanted: dict[tuple[Any, str], dict[str, str]], key: tuple[str, str]
) -> dict[tuple[Any, str], Any]:
    """Return rows by two columns, and make those that are not there with their further values."""
    rows = {(getattr(row, key[0]), getattr(row, key[1])): row for row in table.all()}
    missing = [each for each in wanted if each not in rows]
    new = [table.model(**dict(zip(key, each, strict=True)), **wanted[each]) for each in missing]
    return rows | dict(zip(missing, table.bulk_create(new), strict=True))


def _kind(right: RoleRight) -> tuple[str, str]:
    return right.model._meta.app_label, str(right.model._meta.model_name)


def _title(right: RoleRight) -> str:
    opts = right.model._meta
    verb = right.codename.partition("_")[0]
    is_default = verb in opts.default_permissions and right.codename == f"{verb}_{opts.model_name}"
    return f"Can {verb} {opts.verbose_name_raw}" if is_default else right.title


def _is_operated(page: RightsPage) -> bool:
    if page.group == "System":
        return page.title in _OPERATED_SYSTEM
    return page.group not in (CONFIGURATION, WEB_SERVICES, _SET_UP)


def _operated(page: RightsPage) -> Iterable[RoleRight]:
    """Yield the rights to view and to act; forms, and files in their stead, are for others."""
    acts = (each for each in page.rights if not each.name.startswith("file_transfer.import_"))
    return (right for right in acts if right.is_act or right.title == "View")
