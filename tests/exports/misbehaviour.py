"""An OrderFlow that misbehaves in every way there is, chosen by a seed."""

import random
from collections import Counter
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_request
from tests.fakes import Answer, FakeOrderFlow, Heard

PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome</body></html>"
NESTED = b"<result><order><exception>Unknown organisation.</exception></order></result>"
FAULTS = {
    "bad login": Answer(status=401),
    "too many calls": Answer(status=429, headers={"Retry-After": "30"}),
    "server error": Answer(status=500, body=b"<error>Out of memory.</error>"),
    "maintenance": Answer(status=503, body=PAGE, content_type="text/html"),
    "web page": Answer(body=PAGE, content_type="text/html"),
    "cut in the middle": Answer(body=b"<result><product>24-MB01</produ"),
    "cut on the wire": Answer(truncate=5),
    "empty": Answer(body=b""),
    "nested exception": Answer(body=NESTED),
    "reset": Answer(reset=True),
}
SLOW_FAULTS = {"time-out": Answer(delay=1.3), "drip": Answer(drip=0.2)}
REFUSED = Answer(status=400, body=b"<error>bad reference</error>")


class FaultyOrderFlow(FakeOrderFlow):
    """Some calls go wrong. The seed, the reference and the number of its call decide which and how.

    `poisoned` references are always refused. While `is_down`, every call fails. `accepted` are the
    references of the calls that were answered well, in order; `seen_faults` counts the others.
    """

    def __init__(self, seed: int, *, rate: float) -> None:
        super().__init__()
        self.rate = rate
        self.is_down = False
        self.slow_left = 3
        self.poisoned: set[str] = set()
        self.accepted: list[str] = []
        self.seen_faults: Counter[str] = Counter()
        self._seed = seed
        self._calls: Counter[str] = Counter()

    def choose(self, heard: Heard) -> Answer:
        """Answer well, or not."""
        reference = reference_of(heard)
        self._calls[reference] += 1
        chance = random.Random(f"{self._seed} {reference} {self._calls[reference]}")
        if self.is_down:
            return self._fault(chance.choice(("maintenance", "reset", "server error")))
        if reference in self.poisoned:
            return REFUSED
        if chance.random() >= self.rate:
            self.accepted.append(reference)
            return Answer()
        if self.slow_left and chance.random() < 0.05:
            self.slow_left -= 1
            return self._fault("time-out" if self.slow_left % 2 else "drip")
        return self._fault(chance.choice(sorted(FAULTS)))

    def _fault(self, name: str) -> Answer:
        self.seen_faults[name] += 1
        return (FAULTS | SLOW_FAULTS)[name]


def reference_of(heard: Heard) -> str:
    """Return the SKU or the order number that a notification is about."""
    query = parse_qs(urlsplit(heard.path).query)
    return query.get("externalReference", query.get("thirdPartyReference", [""]))[0]


class ShuffledPushes:
    """Stock messages that come in any order, some twice, some weeks late. `newest` is the truth."""

    def __init__(self, skus: Sequence[str], chance: random.Random) -> None:
        self.newest: dict[str, int] = {}
        self._skus = skus
        self._chance = chance
        self._on_the_way: list[list[list[str | None]]] = []
        self._sequence = 0

    def push(self, *, at_most: int = 4) -> None:
        """Write two messages; let some of what is on the way arrive, and process it."""
        self._on_the_way += [self._message(), self._message()]
        self._chance.shuffle(self._on_the_way)
        arriving, self._on_the_way = self._on_the_way[:at_most], self._on_the_way[at_most:]
        again = [message for message in arriving if self._chance.random() < 0.3]
        self._on_the_way += [message for message in arriving if self._chance.random() < 0.2]
        for lines in arriving + again:
            make_request(lines=lines)
        process_imports(Entity.INVENTORY)

    def push_the_rest(self) -> None:
        """Let everything arrive."""
        self.push(at_most=len(self._on_the_way) + 2)
        self._on_the_way.clear()
        assert not Request.objects.filter(processed_at=None).exists()

    def _message(self) -> list[list[str | None]]:
        lines: list[list[str | None]] = []
        for sku in self._chance.sample(self._skus, 8):
            self._sequence += 1
            self.newest[sku] = self._chance.randint(0, 500)
            lines.append([sku, str(self.newest[sku]), "default", str(self._sequence), None])
        return lines
