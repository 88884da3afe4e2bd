"""Order statuses as this process knows them: their labels, and the default of each state.

They are asked for in every row of a list and change once a year, so what was read is used again for
some seconds.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orderflow_bridge.common.choices import OrderState, StatusCode
from orderflow_bridge.common.memory import Memory
from orderflow_bridge.stores.models import OrderStatus

LONGEST_CODE = OrderStatus._meta.get_field("code").max_length or 0
LABELS: Mapping[str, str] = {
    StatusCode.PENDING: gettext_noop("Pending"),
    StatusCode.PENDING_PAYMENT: gettext_noop("Pending Payment"),
    StatusCode.PROCESSING: gettext_noop("Processing"),
    StatusCode.FRAUD: gettext_noop("Suspected Fraud"),
    StatusCode.COMPLETE: gettext_noop("Complete"),
    StatusCode.CLOSED: gettext_noop("Closed"),
    StatusCode.CANCELED: gettext_noop("Canceled"),
    StatusCode.HOLDED: gettext_noop("On Hold"),
    StatusCode.PAYMENT_REVIEW: gettext_noop("Payment Review"),
}
DEFAULTS: Mapping[str, str] = {
    OrderState.NEW: StatusCode.PENDING,
    OrderState.PENDING_PAYMENT: StatusCode.PENDING_PAYMENT,
    OrderState.PROCESSING: StatusCode.PROCESSING,
    OrderState.COMPLETE: StatusCode.COMPLETE,
    OrderState.CLOSED: StatusCode.CLOSED,
    OrderState.CANCELED: StatusCode.CANCELED,
    OrderState.HOLDED: StatusCode.HOLDED,
    OrderState.PAYMENT_REVIEW: StatusCode.PAYMENT_REVIEW,
}


class _Known(NamedTuple):
    """What was read: labels by code, default codes by state, and the state of each code."""

    labels: Mapping[str, str]
    defaults: Mapping[str, str]
    states: Mapping[str, str]


statuses_read = Memory(seconds=5.0)
forget = statuses_read.forget


def labels() -> Mapping[str, str]:
    """Return the labels of all statuses by code; a code that has none is its own.

    Magento's own labels are in the reader's language, those that a shop gave are as it wrote them.
    """
    return {code: _in_words(code, label) for code, label in _known().labels.items()}


def label_of(code: str) -> str:
    """Return the label of a status, or the code of one that nobody has named."""
    return _in_words(code, _known().labels.get(code, code))


def _in_words(code: str, label: str) -> str:
    return _(label) if label and LABELS.get(code) == label else label


def default_statuses() -> Mapping[str, str]:
    """Return which status an order gets that comes into a state, by state."""
    return _known().defaults


def default_status(state: str) -> str:
    """Return which status an order gets that comes into this state."""
    return default_statuses()[state]


def belongs_to(status: str, state: str) -> bool:
    """Tell whether an order in this state may have the status.

    A code that no state was given may be anybody's. A suspected fraud is processed or reviewed, as
    in Magento.
    """
    if status == StatusCode.FRAUD and state == OrderState.PROCESSING:
        return True
    return _known().states.get(status) in (None, "", state)


def status_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the statuses as choices of a list's filter."""
    return list(labels().items())


def _known() -> _Known:
    known: _Known | None = statuses_read.get("statuses")
    if known is None:
        rows = list(OrderStatus.objects.all())
        known = _Known(
            labels={**LABELS, **{row.code: str(row) for row in rows}},
            defaults={**DEFAULTS, **{row.state: row.code for row in rows if row.is_default}},
            states={row.code: row.state for row in rows},
        )
        statuses_read.keep("statuses", known)
    return known


def register_status(code: str) -> None:
    """Offer a code that an order carries wherever statuses are chosen and listed.

    Shops have statuses of their own, and say so by using them. Call it in the transaction that
    gives an order the status.
    """
    if code in LABELS or OrderStatus.objects.filter(code=code).exists():
        return
    OrderStatus.objects.bulk_create([OrderStatus(code=code)], ignore_conflicts=True)
    _read_anew()


@transaction.atomic
def save_status(status: OrderStatus) -> None:
    """Save a status; one that is the default of its state takes the mark off the one that was."""
    # Two savings at once take turns: a state has one default.
    list(OrderStatus.objects.select_for_update().order_by("pk"))
    if status.is_default:
        others = OrderStatus.objects.exclude(pk=status.pk)
        others.filter(state=status.state, is_default=True).update(is_default=False)
    status.save()
    _read_anew()


@transaction.atomic
def delete_status(status: OrderStatus) -> None:
    """Delete a status. Whether orders or settings need it is the caller's to ask."""
    status.delete()
    _read_anew()


def _read_anew() -> None:
    """Let this process read anew at once, and again when the change is committed."""
    forget()
    transaction.on_commit(forget)
