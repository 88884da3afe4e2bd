"""The admin's first page: what waits, what failed, what ran last."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from imports.models import Import
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.pages import admin_url, moment_text
from orderflow_bridge.common.paging import CappedPaginator
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.scheduler.models import JobRun

_REPORTS = {Entity.INVENTORY: "inventoryimport", Entity.SHIPMENT: "shipmentimport"}


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Return the index page's context with its cards, each only for those who may see its list."""
    found = [*_waiting(request), *_failures(request), *_last_run(request)]
    address = request.build_absolute_uri("/soap/default")
    return {**context, "title": "Dashboard", "bridge_cards": found, "soap_address": address}


def _waiting(http: HttpRequest) -> list[dict[str, str]]:
    if not http.user.has_perm("imports.view_importrequest"):
        return []
    waiting = Request.objects.filter(type=RequestType.IMPORT, processed_at__isnull=True)
    oldest = waiting.order_by("created_at").values_list("created_at", flat=True).first()
    count = CappedPaginator(waiting, 1).count_text
    return [
        {
            "title": "Waiting import requests",
            "value": count,
            "note": f"Oldest from {moment_text(oldest)}" if oldest else "Everything is processed.",
            "tone": "warning" if oldest else "success",
            "url": f"{admin_url('imports_importrequest_changelist')}?processed=no",
        }
    ]


def _failures(http: HttpRequest) -> list[dict[str, str]]:
    cards = []
    since = timezone.now() - timedelta(hours=24)
    for entity, model_name in _REPORTS.items():
        if not http.user.has_perm(f"imports.view_{model_name}"):
            continue
        failed = Import.objects.filter(entity=entity, failures__gt=0, created_at__gte=since)
        count = CappedPaginator(failed, 1).count_text
        cards.append(
            {
                "title": f"{entity.label} imports with failures",
                "value": count,
                "note": "In the last 24 hours",
                "tone": "success" if count == "0" else "danger",
                "url": f"{admin_url(f'imports_{model_name}_changelist')}?failed=yes",
            }
        )
    return cards


def _last_run(http: HttpRequest) -> list[dict[str, str]]:
    if not http.user.has_perm("scheduler.view_jobrun"):
        return []
    last = JobRun.objects.exclude(started_at=None).order_by("-id").first()
    is_failed = last is not None and last.status == JobRun.Status.FAILED
    return [
        {
            "title": "Last job run",
            "value": moment_text(last.started_at) if last and last.started_at else "Never",
            "note": f"{last.job}: {last.get_status_display()}" if last else "No job has run yet.",
            "tone": "danger" if is_failed else "warning" if last is None else "success",
            "url": admin_url("scheduler_jobrun_changelist"),
        }
    ]
