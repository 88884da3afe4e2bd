"""Every right there is, page by page, as roles are put together, and who may hand it out
(docs/security.md).

A page has the right to view it, rights to act (process, requeue, export, …) and, where there is a
form, rights to add, change and delete: on configuration pages "change" reads "configure". Nobody
hands out more rights than he has himself, lest anyone promotes himself.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.rights import RIGHTS
from orderflow_bridge.console.apps import load_pages
from orderflow_bridge.console.menu import menu
from orderflow_bridge.console.page_parts import parts_of

WEB_SERVICES = gettext_noop("Web Services")
CONFIGURATION = "Configuration"
_FORM_VERBS = {
    "add": gettext_noop("Add"),
    "change": gettext_noop("Change"),
    "delete": gettext_noop("Delete"),
}
MAY_HAND_OUT = "auth.change_group"


class RoleRight(NamedTuple):
    """One right: its name in code, what the role form calls it, and the model that carries it."""

    name: str
    title: str
    model: type[Model]
    is_act: bool = False

    @property
    def codename(self) -> str:
        """The permission's name within its app."""
        return self.name.partition(".")[2]


class RightsPage(NamedTuple):
    """A page of the admin with its rights; `group` and `title` are those of the menu."""

    group: str
    title: str
    rights: tuple[RoleRight, ...]


def rights_pages() -> list[RightsPage]:
    """Return all pages in the order of the menu, then the SOAP and REST endpoints.

    A right that several pages share, to export products for example, stands on the first.
    """
    seen: set[str] = set()
    pages = []
    for group, title, model_admin in _menu():
        rights = [each for each in _rights(group, model_admin) if each.name not in seen]
        seen.update(each.name for each in rights)
        pages.append(RightsPage(group, title, tuple(rights)))
    endpoints = tuple(RoleRight(each.name, each.title, AccessToken, True) for each in RIGHTS)
    return [*pages, RightsPage(WEB_SERVICES, gettext_noop("SOAP and REST"), endpoints)]


def may_hand_out(giver: Any) -> bool:
    """Tell whether somebody may give roles and rights to users at all."""
    return bool(giver.is_superuser or giver.has_perm(MAY_HAND_OUT))


def rights_of(user: Any) -> QuerySet[Permission]:
    """Return the rights that a user has by roles and by name, enabled or not."""
    if user.is_superuser:
        return Permission.objects.all()
    return Permission.objects.filter(Q(group__user=user) | Q(user=user)).distinct()


def holds_all(giver: Any) -> bool:
    """Tell whether somebody has every right there is."""
    return bool(giver.is_superuser or rights_of(giver).count() == Permission.objects.count())


def roles_to_hand_out(giver: Any) -> QuerySet[Group]:
    """Return the roles that hold nothing beyond the giver's own rights."""
    if giver.is_superuser:
        return Group.objects.all()
    beyond = Permission.objects.exclude(pk__in=rights_of(giver).values("pk"))
    return Group.objects.exclude(permissions__in=beyond)


def is_within(user: User, giver: Any) -> bool:
    """Tell whether a user has no right that the giver lacks: whose password may be changed."""
    if giver.is_superuser:
        return True
    beyond = rights_of(user).exclude(pk__in=rights_of(giver).values("pk"))
    return not user.is_superuser and not beyond.exists()


def _menu() -> Iterator[tuple[str, str, Any]]:
    """Yield every registered page under its names in the menu; what is in no menu comes last."""
    load_pages()
    registered = {
        (model._meta.app_label, model._meta.model_name): model_admin
        for model, model_admin in admin.site._registry.items()
    }
    for group, entries in menu():
        for title, _, app_label, model_name in entries:
            if model_admin := registered.pop((app_label, model_name), None):
                yield group, title, model_admin
    for model_admin in registered.values():
        opts = model_admin.opts
        name = str(opts.verbose_name_plural)
        title = name.title() if name.islower() else name
        yield str(opts.app_config.verbose_name), title, model_admin


def _rights(group: str, model_admin: Any) -> Iterator[RoleRight]:
    """Yield what a page grants: the verbs it would allow a superuser, then its own rights."""
    opts = model_admin.opts
    superuser = HttpRequest()
    superuser.user = User(is_superuser=True)
    acts = _acts(model_admin)
    if "view" in opts.default_permissions:
        yield RoleRight(
            f"{opts.app_label}.view_{opts.model_name}", gettext_noop("View"), opts.model
        )
    has_add_page = getattr(model_admin, "add_page", None) is not None  # with a right of its own
    for verb, title in _FORM_VERBS.items():
        if verb == "add" and has_add_page:
            continue
        name = f"{opts.app_label}.{verb}_{opts.model_name}"
        if getattr(model_admin, f"has_{verb}_permission")(superuser):
            is_configured = group == CONFIGURATION and verb == "change"
            yield RoleRight(name, gettext_noop("Configure") if is_configured else title, opts.model)
        elif verb == "change" and name in acts and verb in opts.default_permissions:
            yield RoleRight(name, gettext_noop("Act"), opts.model, True)
    titled = _titled_rights()
    for name in acts:
        if name in titled:
            yield RoleRight(name, *titled[name], True)


def _acts(model_admin: Any) -> list[str]:
    """Return the rights that a page's actions take, each once."""
    opts = model_admin.opts
    declared = [f"{opts.app_label}.{codename}" for codename, _ in opts.permissions]
    fallback = f"{opts.app_label}.change_{opts.model_name}"
    page_right = getattr(model_admin, "act_right", "")
    record_actions = model_admin.record_actions() if hasattr(model_admin, "record_actions") else ()
    # A page that declares rights of its own and names none judges its actions by them.
    otherwise = page_right or ("" if declared else fallback)
    taken = [record_action.right or otherwise for record_action in record_actions]
    added = parts_of(opts.model)
    by_selection = [action.right for parts in added for action in parts.actions]
    return list(dict.fromkeys(filter(None, [page_right, *by_selection, *declared, *taken])))


def _titled_rights() -> dict[str, tuple[str, type[Model]]]:
    """Return title and model of every right that a model declares, but of the endpoints."""
    endpoints = {each.name for each in RIGHTS}
    return {
        f"{model._meta.app_label}.{codename}": (str(title), model)
        for model in apps.get_models()
        for codename, title in model._meta.permissions
        if f"{model._meta.app_label}.{codename}" not in endpoints
    }
