"""Who may hand out which rights: nobody more than he has himself, lest anyone promotes himself."""

from typing import Any

from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet

MAY_HAND_OUT = "auth.change_group"


def may_hand_out(giver: Any) -> bool:
    """Tell whether somebody may give roles and rights to users at all."""
    return bool(giver.is_superuser or giver.has_perm(MAY_HAND_OUT))


def rights_of(user: Any) -> QuerySet[Permission]:
    """Return the rights that a user has by roles and by name, enabled or not."""
    if user.is_superuser:
        return Permission.objects.all()
    return Permission.objects.filter(Q(group__user=user) | Q(user=user)).distinct()


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
