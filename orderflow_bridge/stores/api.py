"""Websites, stores and store views as documents on the wire (wire.md §6).

Magento's admin scope, with the id 0 throughout, is listed as well.
"""

from orderflow_bridge.common.records import Document, ints, record, texts
from orderflow_bridge.stores.models import Store, StoreGroup, Website

WEBSITE = record(
    "StoreDataWebsiteInterface",
    ints("id"),
    texts("code name"),
    ints("default_group_id"),
    required="id code name default_group_id",
)
STORE = record(
    "StoreDataStoreInterface",
    ints("id"),
    texts("code name"),
    ints("website_id store_group_id is_active"),
    required="id code name website_id store_group_id is_active",
)
GROUP = record(
    "StoreDataGroupInterface",
    ints("id website_id root_category_id default_store_id"),
    texts("name code"),
    required="id website_id root_category_id default_store_id name code",
)


def website_list() -> list[Document]:
    """Return all websites; a website's default store is its oldest."""
    groups = StoreGroup.objects.order_by("-id").values_list("website_id", "id")
    default_groups = dict(groups)
    admin = {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0}
    return [WEBSITE.of(admin)] + [
        WEBSITE.of(
            {
                "id": website.pk,
                "code": website.code,
                "name": website.name,
                "default_group_id": default_groups.get(website.pk, 0),
            }
        )
        for website in Website.objects.order_by("id")
    ]


def store_list() -> list[Document]:
    """Return all store views."""
    admin = {"id": 0, "code": "admin", "name": "Admin", "website_id": 0, "store_group_id": 0}
    return [STORE.of(admin | {"is_active": 1})] + [
        STORE.of(
            {
                "id": store.pk,
                "code": store.code,
                "name": store.name,
                "website_id": store.website_id,
                "store_group_id": store.group_id,
                "is_active": store.is_active,
            }
        )
        for store in Store.objects.order_by("id")
    ]


def group_list() -> list[Document]:
    """Return all stores (groups of views); a store's default view is its first one."""
    views = Store.objects.order_by("-sort_order", "-id").values_list("group_id", "id")
    default_views = dict(views)
    admin = dict.fromkeys(("id", "website_id", "root_category_id", "default_store_id"), 0)
    return [GROUP.of(admin | {"name": "Default", "code": "default"})] + [
        GROUP.of(
            {
                "id": group.pk,
                "website_id": group.website_id,
                "root_category_id": group.root_category_id,
                "default_store_id": default_views.get(group.pk, 0),
                "name": group.name,
                "code": group.code,
            }
        )
        for group in StoreGroup.objects.order_by("id")
    ]
