"""What has become of rows that wait: asked for by the pages that show them (bridge/live.js).

A cell made by `pages.live` names its record and how it stood. While it waits, is in the window and
the tab is shown, its page asks here; one statement for each kind of record. What has settled comes
as a message with a link.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest, JsonResponse

MOST = 200
_LONGEST_ID = 18


@dataclass(frozen=True)
class Become:
    """What has become of a record: its state, and in words with a link if it waits no more."""

    state: str
    text: str = ""
    url: str = ""


Reader = Callable[[list[int]], Mapping[int, Become]]

_readers: dict[str, Reader] = {}


def follow(kind: str, reader: Reader) -> None:
    """Let pages follow the records of a kind, "sales.order"; the reader takes their numbers."""
    _readers[kind] = reader


def live_view(request: HttpRequest) -> JsonResponse:
    """Return how each `?key=` stands, "sales.order:12"; what may not be seen is left out."""
    found: dict[str, dict[str, str]] = {}
    for kind, numbers in _by_kind(request.GET.getlist("key")[:MOST]).items():
        if _may_see(request, kind):
            for number, each in _readers[kind](numbers).items():
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


def _may_see(request: HttpRequest, kind: str) -> bool:
    app_label, _, model_name = kind.partition(".")
    rights = (f"{app_label}.{verb}_{model_name}" for verb in ("view", "change"))
    return any(request.user.has_perm(right) for right in rights)
