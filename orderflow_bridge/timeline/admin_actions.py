"""What people did in the admin to an order, a product or its stock, as Django's log has it."""

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from exports.models import WaitingOrder, WaitingProduct
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Order
from orderflow_bridge.timeline.steps import Channel, Step, Subject

_ACTIONS = {
    ADDITION: gettext_lazy("%(kind)s added by %(user)s"),
    CHANGE: gettext_lazy("%(kind)s changed by %(user)s"),
    DELETION: gettext_lazy("%(kind)s deleted by %(user)s"),
}

Owned = tuple[type[Any], Any]


def actions_on_order(subject: Subject) -> QuerySet[LogEntry]:
    """Return what was done to an order."""
    ids = [str(subject.pk)]
    return _entries([(Order, ids), (WaitingOrder, ids)])


def actions_on_product(subject: Subject) -> QuerySet[LogEntry]:
    """Return what was done to a product, its stock rows and its websites' rows."""
    items = SourceItem.objects.filter(product=subject.pk).values_list("pk", flat=True)
    links = ProductWebsite.objects.filter(product=subject.pk).values_list("pk", flat=True)
    return _entries(
        [
            (Product, [str(subject.pk)]),
            (SourceItem, [str(pk) for pk in items]),
            (WaitingProduct, [str(pk) for pk in links]),
        ]
    )


def action_step(entry: LogEntry) -> Step:
    """Tell who did what."""
    kind = entry.content_type.name if entry.content_type else _("record")
    return Step(
        at=entry.action_time,
        pk=entry.pk,
        channel=Channel.SHOP,
        title=_ACTIONS[entry.action_flag]
        % {"kind": capfirst(kind), "user": entry.user.get_username()},
        text=entry.get_change_message(),
    )


def _entries(owned: list[Owned]) -> QuerySet[LogEntry]:
    """Return the log of these records, by the index on their ids (0001_initial)."""
    wanted = Q(pk__in=())
    for model, ids in owned:
        content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
        wanted |= Q(object_id__in=ids, content_type=content_type)
    return LogEntry.objects.filter(wanted).select_related("user", "content_type")
