"""Order statuses, and which is the default of each state, as parts of a configuration file."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import OrderState
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.transfer.parts import DEFAULT, Change, Part, State
from orderflow_bridge.sales.selectors import why_not_deletable
from orderflow_bridge.stores.models import OrderStatus
from orderflow_bridge.stores.order_statuses import LONGEST_CODE, delete_status, save_status

_RIGHTS = ("stores.add_orderstatus", "stores.change_orderstatus", "stores.delete_orderstatus")


def read_statuses() -> State:
    """Return label and state of every status by its code; one statement."""
    rows = OrderStatus.objects.values_list("code", "label", "state")
    return {DEFAULT: {code: {"label": label, "state": state} for code, label, state in rows}}


def read_defaults() -> State:
    """Return the code of each state's default status, None where it is Magento's own."""
    rows = OrderStatus.objects.filter(is_default=True).values_list("state", "code")
    return {DEFAULT: {**dict.fromkeys(OrderState.values), **dict(rows)}}


def clean_status(scope: str, code: str, value: Any, by: User | None) -> Any:
    """Return a status. Raises ValidationError if it may not be written."""
    _check(scope, by)
    if len(code) > LONGEST_CODE or "," in code or "\0" in code:
        raise ValidationError(_("This cannot be the code of a status."))
    if value is None:
        status = OrderStatus.objects.filter(code=code).first()
        if status is None:
            return None
        status.is_default = False  # its mark is the other part's: who leaves it there is told
        if why := why_not_deletable(status):
            raise ValidationError(why)
        return None
    if not isinstance(value, dict) or value.keys() != {"label", "state"}:
        raise ValidationError(_("A status has a label and a state, nothing else."))
    status = OrderStatus(code=code, label=value["label"], state=value["state"])
    if not all(isinstance(each, str) for each in value.values()):
        raise ValidationError(_("Label and state are texts."))
    status.clean_fields(exclude=["id"])
    return {"label": status.label, "state": status.state}


def clean_default(scope: str, state: str, value: Any, by: User | None) -> Any:
    """Return the code of a state's default. Raises ValidationError if it may not be written."""
    _check(scope, by)
    if state not in OrderState.values:
        raise ValidationError(_("There is no such state of orders."))
    if value is not None and not isinstance(value, str):
        raise ValidationError(_("A default is the code of a status, or null."))
    return value


def write_statuses(changes: Sequence[Change], by: User | None) -> None:
    """Make, change and delete statuses."""
    known = {each.code: each for each in OrderStatus.objects.all()}
    for each in changes:
        status = known.get(each.key) or OrderStatus(code=each.key)
        if each.after is None:
            delete_status(status)
            continue
        if status.state != each.after["state"]:
            status.is_default = False  # a mark does not move with its status
        status.label, status.state = each.after["label"], each.after["state"]
        save_status(status)


def write_defaults(changes: Sequence[Change], by: User | None) -> None:
    """Move the marks. Raises ValidationError for a default that is no status of its state."""
    for each in changes:
        wanted = OrderStatus.objects.filter(code=each.after or "", state=each.key).first()
        if each.after is not None and wanted is None:
            raise ValidationError(
                _("“%(status)s” cannot be the default of %(state)s: it is not of that state.")
                % {"status": each.after, "state": each.key}
            )
        for held in OrderStatus.objects.filter(state=each.key, is_default=True):
            held.is_default = False
            save_status(held)
        if wanted is not None:
            wanted.is_default = True
            save_status(wanted)


def _check(scope: str, by: User | None) -> None:
    if scope != DEFAULT:
        raise ValidationError(_("Order statuses are global: they have no place under a website."))
    if by is not None and not by.has_perms(_RIGHTS):
        raise ValidationError(_("You may not change order statuses."))


STATUSES = Part(
    "order_statuses", gettext_lazy("Order Statuses"), read_statuses, clean_status, write_statuses
)
DEFAULT_STATUSES = Part(
    "default_statuses",
    gettext_lazy("Default Statuses"),
    read_defaults,
    clean_default,
    write_defaults,
    label=lambda state: str(dict(OrderState.choices).get(state, state)),
)
