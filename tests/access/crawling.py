"""Every address of the admin, asked for by every role; each request is undone afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import lxml.html
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.test import Client, RequestFactory
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from orderflow_bridge.access.ready_roles import ADMINISTRATOR, IMPORT, OPERATOR
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import Order, OrderItem

ROLES = ("guest", "nothing", "viewer", "operator", "administrator", "superuser", "api")
# What an address needs to be asked for sensibly.
QUERIES = {
    "admin:autocomplete": "?app_label=catalog&model_name=productcategory&field_name=category",
    "admin:search": "?s=orders",
}
POSTED = {"grid_views:save": {"name": "Mine", "grid": "sales_order", "query": ""}}
SAMPLES = {
    "app_label": "sales",
    "format": "csv",
    "grid": "sales.order",
    "increment_id": "000000005",
    "job_name": JOBS[0].name,
    "kind": "csv",
    "name": "exports.md",
    "sku": "24-MB01",
    "token": "no-such-invitation",
    "which": "request",
}
# Which orders have these pages.
OFFERED_FOR: dict[str, Callable[[Order, list[OrderItem]], bool]] = {
    "sales_order_creditmemo": states.can_refund,
    "sales_order_invoice": states.can_invoice,
    "sales_order_ship": lambda order, rows: not states.why_not_shippable(order, rows),
}
# Signing out is for everybody and ends the session; no record has a page in a shop's front; a saved
# view answers to its owner alone (tests/console).
APART = (
    "admin:logout",
    "admin:view_on_site",
    "grid_views:default",
    "grid_views:delete",
)
REFUSED, SEES, DOES, LOGIN = "-", "see", "do", "login"


@dataclass
class Answer:
    """What one role got at one address."""

    name: str
    role: str
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    page: Any = None  # lxml's tree of a page

    @property
    def is_allowed(self) -> bool:
        return self.status not in (403, 404) and not self.is_login

    @property
    def is_login(self) -> bool:
        return self.status == 302 and "/login/" in self.headers.get("Location", "")


def people() -> dict[str, User | None]:
    """Make one user for each role."""

    def make(name: str, *roles: str, **values: Any) -> User:
        user = User.objects.create_user(f"{name}-of-crawl", **values)
        user.groups.set(Group.objects.filter(name__in=roles))
        return user

    viewer = make("viewer")
    viewer.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return {
        "guest": None,
        "nothing": make("nothing"),
        "viewer": viewer,
        "operator": make("operator", OPERATOR),
        "administrator": make("administrator", ADMINISTRATOR),
        "superuser": make("superuser", is_superuser=True),
        "api": make("api", IMPORT),
    }


def browsers(users: dict[str, User | None]) -> dict[str, Client]:
    """Return a browser for each role."""
    clients = {role: Client(raise_request_exception=False) for role in users}
    for role, user in users.items():
        if user is not None:
            clients[role].force_login(user)
    return clients


def patterns() -> Iterator[tuple[str, URLPattern]]:
    """Yield the admin's addresses, each with its name as `reverse` takes it."""
    seen: set[str] = set()
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and str(resolver.pattern).startswith("admin/"):
            for name, pattern in _flat(resolver):
                if name not in seen:
                    seen.add(name)
                    yield name, pattern


def _flat(resolver: URLResolver) -> Iterator[tuple[str, URLPattern]]:
    prefix = f"{resolver.namespace}:" if resolver.namespace else ""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from ((prefix + name, each) for name, each in _flat(pattern))
        elif pattern.name:
            yield prefix + pattern.name, pattern


def address(full_name: str, pattern: URLPattern) -> str:
    """Return an address of this pattern that leads to an existing record."""
    names = list(pattern.pattern.converters) or list(pattern.pattern.regex.groupindex)
    values = {name: _sample(name, pattern) for name in names}
    return reverse(full_name, kwargs=values) + QUERIES.get(full_name, "")


def _sample(name: str, pattern: URLPattern) -> Any:
    model_admin = getattr(pattern.callback, "model_admin", None) or _admin_of(pattern.name or "")
    if name in ("object_id", "id", "pk"):
        return _record(model_admin, pattern)
    if name == "request_id":
        found = model_admin.model._default_manager.filter(request__isnull=False)
        return found.values_list("request_id", flat=True)[0]
    if name == "reference":
        name = "sku" if "product" in str(pattern.name) else "increment_id"
    if "fileimport" in str(pattern.name) and name == "kind" and "download" not in str(pattern.name):
        return "products"
    if name not in SAMPLES:
        raise LookupError(f"Say in SAMPLES what stands for <{name}> in {pattern.pattern}.")
    return SAMPLES[name]


def _record(model_admin: Any, pattern: URLPattern) -> Any:
    """Return the id of a record, of one that offers the action if there is such."""
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True)
    rows = list(model_admin.get_queryset(request).order_by("pk")[:50])
    if can := OFFERED_FOR.get(pattern.name or ""):
        rows = [row for row in rows if can(row, list(row.items.all()))]
    record_action = getattr(pattern.callback, "action", None)
    found = next(
        (row for row in rows if record_action is None or record_action.is_offered(row)), None
    )
    if found is None:
        raise LookupError(f"Let tests/admin/full_shop.py make a record for {pattern.name}.")
    return found.pk


def _admin_of(name: str) -> Any:
    for model, model_admin in admin.site._registry.items():
        if name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"):
            return model_admin
    return None


@contextmanager
def undone() -> Iterator[None]:
    """Undo everything that is written within, as Django's test cases do."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def asked(client: Client, method: str, name: str, url: str) -> Any:
    """Ask for an address, and undo what that did."""
    with undone():
        return getattr(client, method)(url, POSTED.get(name) if method == "post" else None)


def crawled(name: str, role: str, answer: Any) -> Answer:
    """Keep of an answer what the tests look at."""
    is_page = answer.status_code == 200 and "html" in answer.headers.get("Content-Type", "")
    content = b"" if answer.streaming else answer.content
    page = lxml.html.fromstring(content) if is_page and content.strip() else None
    return Answer(name, role, answer.status_code, dict(answer.headers.items()), page)


def posts_to_itself(page: Any, url: str) -> bool:
    """Tell whether a page has a form that is posted to its own address."""
    if page is None:
        return False
    for form in page.iter("form"):
        action = urlsplit(form.get("action") or "").path
        if form.get("method", "").lower() == "post" and action in ("", url, "."):
            return form.get("id") != "changelist-form"
    return False


def admin_links(page: Any) -> set[str]:
    """Return the names of the admin's pages that a page links to."""
    names = set()
    for link in page.iter("a", "form"):
        path = urlsplit(link.get("href") or link.get("action") or "").path
        if path.startswith("/admin/"):
            names.add(_name_of(path))
    return names


@cache
def _name_of(path: str) -> str:
    """Return the name of a page's address, or the address itself: pages share most links."""
    try:
        return str(resolve(path).view_name)
    except Resolver404:
        return path
