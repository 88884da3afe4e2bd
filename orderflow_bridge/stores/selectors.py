"""Find stores and websites as Magento's addresses name them."""

from django.db.models import QuerySet
from django.http import HttpRequest

from orderflow_bridge.stores.models import Store, Website

_DEFAULT_FIRST = ("-website__is_default", "website__sort_order", "website_id", "sort_order", "id")


def default_website() -> Website | None:
    """Return the default website, else the first one; None before any was made."""
    return Website.objects.order_by("-is_default", "sort_order", "id").first()


def default_store() -> Store | None:
    """Return the first active store view of the default website; None before any was made."""
    return _stores().filter(is_active=True).order_by(*_DEFAULT_FIRST).first()


def store_by_code(code: str | None) -> Store | None:
    """Return the active store view with this code, else silently the default one.

    `all`, Magento's admin scope, and an absent code mean the default store view too. None before
    any store was made.
    """
    # PostgreSQL cannot even be asked for a text with a NUL in it.
    may_exist = code and "\0" not in code
    found = _stores().filter(is_active=True, code=code).first() if may_exist else None
    return found or default_store()


def store_views() -> list[Store]:
    """Return all store views, the default one first: what values may differ by. One query.

    A shop of one view has none: its values are the default ones, as in Magento's single-store mode.
    """
    views = list(_stores().order_by("-is_active", *_DEFAULT_FIRST))
    return views if len(views) > 1 else []


def view_in_scope(code: str | None) -> Store | None:
    """Return the store view whose values an address reads and writes; None for the default ones.

    `all` stands for the default values. Without a code, or with one that no view has, it is the
    default store view, as in Magento.
    """
    views = [] if code == "all" else store_views()
    named = (each for each in views if each.code == code)
    return next(named, views[0] if views else None)


def view_by_id(store_id: int | None) -> Store | None:
    """Return the store view with this id; None, the default values, for 0 and an unknown one."""
    views = store_views() if store_id else []
    return next((each for each in views if each.pk == store_id), None)


def website_of_store(code: str | None) -> int | None:
    """Return the id of the website that the store view with this code belongs to, if there is one.

    Unlike `store_by_code` it does not fall back to the default store view.
    """
    if not code or "\0" in code:
        return None
    return Store.objects.filter(code=code).values_list("website_id", flat=True).first()


def website_ids_in_scope(code: str | None) -> list[int]:
    """Return the websites that a store code of an address stands for.

    `all` is every website; a store's code is its website; without one it is the default website.
    """
    if code == "all":
        return list(Website.objects.order_by("pk").values_list("pk", flat=True))
    found = website_of_store(code)
    default = default_website()
    return [found] if found else [default.pk] if default else []


def website_by_code(code: str) -> Website | None:
    """Return the website with this code, None if there is none."""
    return Website.objects.filter(code=code).first()


def website_choices(request: HttpRequest) -> list[tuple[int, str]]:
    """Return the websites as choices of a list's filter."""
    return list(Website.objects.order_by("sort_order", "id").values_list("pk", "name"))


def _stores() -> QuerySet[Store]:
    return Store.objects.select_related("website")
