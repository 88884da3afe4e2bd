"""Roles with their rights as a part of a configuration file. Who has a role is no part of it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from orderflow_bridge.access.models import FullRole
from orderflow_bridge.access.role_rights import may_hand_out, rights_of
from orderflow_bridge.access.services import give_everything
from orderflow_bridge.configuration.transfer.parts import DEFAULT, Change, Part, State

ALL = "all"
_LONGEST_NAME = 150


def read() -> State:
    """Return every role's rights ("sales.view_order"), sorted, or ALL; three statements."""
    full = set(FullRole.objects.values_list("role", flat=True))
    rights: dict[int, list[str]] = defaultdict(list)
    for role, *right in Group.permissions.through.objects.values_list(
        "group", *_of("permission__")
    ):
        rights[role].append(".".join(right))
    roles = Group.objects.values_list("pk", "name")
    return {DEFAULT: {name: ALL if pk in full else sorted(rights[pk]) for pk, name in roles}}


def clean(scope: str, name: str, value: Any, by: User | None) -> Any:
    """Return a role's rights, sorted, or ALL. Raises ValidationError for what may not be given."""
    if scope != DEFAULT:
        raise ValidationError(_("Roles are global: they have no place under a website."))
    if len(name) > _LONGEST_NAME or "\0" in name:
        raise ValidationError(_("This cannot be the name of a role."))
    role = Group.objects.filter(name=name).first()
    if value is None and role and role.user_set.exists():
        raise ValidationError(_("Somebody has this role: it is not taken away."))
    if value == ALL:
        if by is not None and not by.is_superuser:
            raise ValidationError(_("Only a superuser gives a role all rights."))
        return ALL
    if value is not None and not (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    ):
        raise ValidationError(_("A role is a list of rights, “%(all)s”, or null.") % {"all": ALL})
    wanted = sorted(set(value or ()))
    known = _names(Permission.objects.all())
    if unknown := [each for each in wanted if each not in known]:
        raise ValidationError(_("This bridge has no right “%(right)s”.") % {"right": unknown[0]})
    if by is not None and not by.is_superuser:
        held = _names(role.permissions.all()) if role else {}
        if not may_hand_out(by) or not {*held, *wanted} <= {*_names(rights_of(by))}:
            raise ValidationError(_("You may not hand out or take away rights that you lack."))
    return None if value is None else wanted


def write(changes: Sequence[Change], by: User | None) -> None:
    """Make, change and delete roles."""
    known = _names(Permission.objects.all())
    for each in changes:
        if each.after is None:
            Group.objects.filter(name=each.key).delete()
            continue
        role, _made = Group.objects.get_or_create(name=each.key)
        if each.after == ALL:
            give_everything(role)
            continue
        FullRole.objects.filter(role=role).delete()
        role.permissions.set(known[right] for right in each.after)


def show(name: str, value: Any) -> str:
    """Return a role's rights as one line."""
    if value == ALL:
        return "All rights, those of later versions too"
    return "(none)" if value is None else ", ".join(value) or "(no right)"


def _names(rights: QuerySet[Permission]) -> dict[str, int]:
    """Return rights by name, each with its id. Whole records would take ten times as long."""
    return {f"{app}.{codename}": pk for pk, app, codename in rights.values_list("pk", *_of())}


def _of(path: str = "") -> tuple[str, str]:
    """Return where the two halves of a right's name stand."""
    return f"{path}content_type__app_label", f"{path}codename"


ROLES = Part("roles", "Roles", read, clean, write, show=show)
