"""What has become of rows that wait: asked for by the pages that show them (bridge/live.js).

A cell made by `pages.live` names its record and how it stood. While it waits, is in the window and
the tab is shown, its page asks here; one statement for each kind of record. What has settled comes
as a message with a link. Seen is what the kind's list shows: its admin is asked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

MOST = 200
_LONGEST_ID = 18


@dataclass(frozen=True)
class Become:
    """What has become of a record: its state, and in words with a link if it waits no more."""

    state: str
    text: str = ""
    url: str = ""


Reader = Callable[[QuerySet[Any]], Mapping[int, Become]]

_readers: dict[str, Reader] = {}


def follow(kind: str, reader: Reader) -> None:
    """Let pages follow the records of a kind, "sales.order"; the reader takes their rows."""
    _readers[kind] = reader


def by_status(rows: QuerySet[Any]) -> Mapping[int, Become]:
    """Return how records stand whose cells are made by `pages.live_status`; nothing is told."""
    return {pk: Become(status) for pk, status in rows.order_by().values_list("pk", "status")}


def live_view(request: HttpRequest) -> JsonResponse:
    """Return how each `?key=` stands, "sales.order:12"; what may not be seen is left out."""
    found: dict[str, dict[str, str]] = {}
    for kind, numbers in _by_kind(request.GET.getlist("key")[:MOST]).items():
        shown = admin.site.get_model_admin(apps.get_model(kind))
        if shown.has_view_or_change_permission(request):
            rows = shown.get_queryset(request).filter(pk__in=numbers)
            for number, each in _readers[kind](rows).items():
                key = f"{kind}:{number}"
                found[key] = {"state": each.state, "text": each.text, "url": each.url}
    return JsonResponse(found)


def _by_kind(keys: Iterable[str]) -> dict[str, list[int]]:
    wanted: dict[str, list[int]] = {}
    for key in keys:
        kind, _, number = key.partition(":")
        if kind in _readers and number.isdecimal() and len(number) <= _LONGEST_ID:
            wanted.setdefault(kind, []).append(int(number))
    return wanted
