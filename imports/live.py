"""What has become of messages that waited, for pages that are open."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import ngettext

from orderflow_bridge.common.choices import Entity
from orderflow_bridge.console.live import Become
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.request_queue.admin import DONE, OPEN
from orderflow_bridge.request_queue.models import Request

REPORTS = {Entity.INVENTORY: "inventoryimport", Entity.SHIPMENT: "shipmentimport"}


def followed_messages(messages: QuerySet[Request]) -> Mapping[int, Become]:
    """Return what has become of messages: "Message 71 applied, 40 lines", with their reports."""
    columns = ("id", "message_id", "processed_at", "line_count", "imports__pk", "imports__failures")
    rows = messages.order_by("imports__pk").values_list(*columns, "entity")
    return {pk: _told(pk, *each) for pk, *each in rows}


def _told(
    pk: int,
    message_id: str,
    processed_at: datetime | None,
    lines: int,
    report: int | None,
    failures: int | None,
    entity: int,
) -> Become:
    if processed_at is None:
        return Become(OPEN)
    told = {"message": message_id, "count": lines, "failures": failures or 0}
    if failures:
        text = ngettext(
            "Message %(message)s applied, %(count)s line, %(failures)s failed",
            "Message %(message)s applied, %(count)s lines, %(failures)s failed",
            lines,
        )
    else:
        text = ngettext(
            "Message %(message)s applied, %(count)s line",
            "Message %(message)s applied, %(count)s lines",
            lines,
        )
    page = f"imports_{REPORTS[Entity(entity)]}_change"
    url = admin_url(page, report) if report else admin_url("imports_importrequest_change", pk)
    return Become(DONE, text % told, url)
