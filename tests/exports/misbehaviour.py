"""An OrderFlow that misbehaves in every way there is, chosen by a seed."""

import random
from collections import Counter
from urllib.parse import parse_qs, urlsplit

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
        if reference in self.poisoned:
            return REFUSED
        chance = random.Random(f"{self._seed} {reference} {self._calls[reference]}")
        if self.is_down:
            return self._fault(chance.choice(("maintenance", "reset", "server error")))
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
