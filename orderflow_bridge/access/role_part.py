"""Roles with their rights as a part of a configuration file. Who has a role is no part of it."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError

from orderflow_bridge.access.models import FullRole
from orderflow_bridge.access.role_rights import may_hand_out, rights_of
from orderflow_bridge.access.services import give_everything
from orderflow_bridge.configuration.transfer.parts import DEFAULT, Change, Part, State

ALL = "all"
_LONGEST_NAME = 150


def read() -> State:
    """Return every role's rights ("sales.view_order"), sorted, or ALL; a few statements."""
    roles = Group.objects.prefetch_related("permissions__content_type")
    full = set(FullRole.objects.values_list("role", flat=True))
    return {
        DEFAULT: {
            role.name: ALL if role.pk in full else sorted(map(_name, role.permissions.all()))
            for role in roles
        }
    }


def judge(scope: str, name: str, value: Any, by: User | None) -> Any:
    """Return a role's rights, sorted, or ALL. Raises ValidationError for what may not be given."""
    if scope != DEFAULT:
        raise ValidationError("Roles are global: they have no place under a website.")
    if len(name) > _LONGEST_NAME or "\0" in name:
        raise ValidationError("This cannot be the name of a role.")
    role = Group.objects.filter(name=name).first()
    if value is None and role and role.user_set.exists():
        raise ValidationError("Somebody has this role: it is not taken away.")
    if value == ALL:
        if by is not None and not by.is_superuser:
            raise ValidationError("Only a superuser gives a role all rights.")
        return ALL
    if value is not None and not (
        isinstance(value, list) and all(isinstance(each, str) for each in value)
    ):
        raise ValidationError(f"A role is a list of rights, “{ALL}”, or null.")
    wanted = sorted(set(value or ()))
    known = _known()
    if unknown := [each for each in wanted if each not in known]:
        raise ValidationError(f"This bridge has no right “{unknown[0]}”.")
    held = set(map(_name, role.permissions.select_related("content_type"))) if role else set()
    if by is not None and not by.is_superuser:
        own = {_name(each) for each in rights_of(by).select_related("content_type")}
        if not may_hand_out(by) or not held | {*wanted} <= own:
            raise ValidationError("You may not hand out or take away rights that you lack.")
    return None if value is None else wanted


def write(changes: Sequence[Change], by: User | None) -> None:
    """Make, change and delete roles."""
    known = _known()
    for each in changes:
        if each.after is None:
            Group.objects.filter(name=each.key).delete()
            continue
        role, _ = Group.objects.get_or_create(name=each.key)
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


def _known() -> dict[str, Permission]:
    return {_name(each): each for each in Permission.objects.select_related("content_type")}


def _name(right: Permission) -> str:
    return f"{right.content_type.app_label}.{right.codename}"


ROLES = Part("roles", "Roles", read, judge, write, show=show)
