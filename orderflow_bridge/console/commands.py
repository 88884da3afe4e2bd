"""What can be found and done from anywhere, besides records: settings, actions, pages.

Rooms offer their own: `add_commands` takes a function of the request that yields what its user may
do. What is offered leads to a page that asks first; nothing is done by finding it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest

from orderflow_bridge.console.menu import navigation


@dataclass(frozen=True)
class Command:
    """Something to do or to open: its name, what is said beside it, where it is done.

    `words` are further words by which it is found.
    """

    title: str
    description: str
    url: str
    icon: str
    words: str = ""

    @property
    def text(self) -> str:
        """What is searched."""
        return f"{self.title} {self.description} {self.words}".casefold()


Offer = Callable[[HttpRequest], Iterable[Command]]

_offers: list[Offer] = []


def add_commands(offer: Offer) -> None:
    """Let the palette offer what this function yields for a request."""
    _offers.append(offer)


def commands_for(request: HttpRequest, text: str, *, most: int) -> list[Command]:
    """Return what has all the words that were typed, those first whose name begins with them."""
    words = text.casefold().split()
    if not words:
        return []
    begun = " ".join(words)
    found = [
        each for each in _every(request) if each.url and all(one in each.text for one in words)
    ]
    return sorted(found, key=lambda each: not each.title.casefold().startswith(begun))[:most]


def _every(request: HttpRequest) -> Iterator[Command]:
    for offer in _offers:
        yield from offer(request)
    for group in navigation(request):
        for item in group["items"]:
            yield Command(item["title"], group["title"], item["link"], item["icon"])
