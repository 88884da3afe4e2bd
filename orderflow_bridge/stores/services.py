"""Change what statuses orders may have."""

from django.db import transaction

from orderflow_bridge.stores.models import OrderStatus
from orderflow_bridge.stores.order_statuses import LABELS, forget


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
