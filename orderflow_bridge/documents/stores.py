"""Websites, stores and store views as documents on the wire (docs/contract/rest.md).

Magento's admin scope, with the id 0 throughout, is listed as well.
"""

from collections.abc import Collection

from orderflow_bridge.documents.records import Document, ints, record, texts
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
CONFIG = record(
    "StoreDataStoreConfigInterface",
    ints("id"),
    texts("code"),
    ints("website_id"),
    texts(
        "locale base_currency_code default_display_currency_code timezone weight_unit base_url"
        " base_link_url base_static_url base_media_url secure_base_url secure_base_link_url"
        " secure_base_static_url secure_base_media_url"
    ),
    required="id code website_id",
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


def config_list(
    codes: Collection[str], *, address: str, locale: str, currency: str, timezone: str
) -> list[Document]:
    """Return the settings of the active store views with these codes, of all without any.

    `address` is the shop's, with a slash at its end; the other settings are the shop's as well.
    """
    views = Store.objects.filter(is_active=True).order_by("id")
    if codes:
        views = views.filter(code__in=codes)
    folders = {"url": "", "link_url": "", "static_url": "static/", "media_url": "media/"}
    addresses = {
        f"{prefix}base_{name}": address + folder
        for prefix in ("", "secure_")
        for name, folder in folders.items()
    }
    shared = addresses | {
        "locale": locale,
        "base_currency_code": currency,
        "default_display_currency_code": currency,
        "timezone": timezone,
        "weight_unit": "kgs",
    }
    return [
        CONFIG.of(shared | {"id": view.pk, "code": view.code, "website_id": view.website_id})
        for view in views
    ]
