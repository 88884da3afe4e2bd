"""The stand-in as a whole: its memory behind one lock, its file, its errands, its sending."""

import threading
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from orderflow_bridge.sandbox.answers import Answer
from orderflow_bridge.sandbox.bridge_client import BridgeClient
from orderflow_bridge.sandbox.certificates import Authority
from orderflow_bridge.sandbox.faults import (
    CARRIED_OUT,
    ENDPOINTS,
    LOGINS,
    Kind,
    LoginKind,
    spoil,
)
from orderflow_bridge.sandbox.orderflow_api import Account, Call, answer_call, refusal
from orderflow_bridge.sandbox.records import Errand, Message, MessageState
from orderflow_bridge.sandbox.storage import Memory, load, save
from orderflow_bridge.sandbox.warehouse import time_text

LONGEST_TEXT = 20_000
SAVE_EVERY = 0.5


@dataclass(frozen=True)
class Pace:
    """Seconds: before a fetch, and the pauses before fetching again after a failure."""

    before_fetch: float = 0.5
    retries: tuple[float, ...] = (1, 2, 4, 8, 15, 30)


class Sandbox:
    """A warehouse that talks to one bridge. Every access to `memory` holds `lock`.

    `notices` are what the next page says about the last action: a text, and whether it went well.
    """

    def __init__(
        self,
        client: BridgeClient,
        account: Account,
        *,
        path: Path,
        pace: Pace | None = None,
        first_units: Decimal = Decimal(100),
    ) -> None:
        """`path` is the memory's file; `first_units` the stock of a product never seen before.

        Raises UnreadableMemory for a file that is not one of ours.
        """
        self.client = client
        self.account = account
        self.pace = pace or Pace()
        self.first_units = first_units
        self.authority = Authority(path.with_name("sandbox-authority.pem"))
        self.lock = threading.RLock()
        self.memory = load(path)
        self.errands_waiting = threading.Event()
        self.notices: list[tuple[str, bool]] = []
        self._path = path
        self._is_changed = True

    @contextmanager
    def changing(self) -> Iterator[Memory]:
        """Hold the lock, and note that the file must be written."""
        with self.lock:
            self._is_changed = True
            yield self.memory

    def save(self) -> None:
        """Write the file now if anything has changed since the last time."""
        with self.lock:
            if self._is_changed:
                self.memory.secret = self.account.password
                save(self.memory, self._path)
                self._is_changed = False

    def note(
        self,
        direction: str,
        purpose: str,
        reference: str,
        *,
        place: str,
        state: MessageState,
        sent: str = "",
        received: str = "",
        note: str = "",
    ) -> Message:
        """Write down an exchange with the shop, its texts shortened."""
        message = Message(
            number=0,
            at=time_text(datetime.now(UTC)),
            direction=direction,
            purpose=purpose,
            reference=reference,
            place=place,
            state=state,
            sent=sent[:LONGEST_TEXT],
            received=received[:LONGEST_TEXT],
            note=note,
        )
        with self.changing() as memory:
            return memory.warehouse.note(message)

    def fetch_missing(self, had: Iterable[tuple[str, str]]) -> None:
        """Have what the shop says is here already, "product" or "order" and its name, fetched."""
        with self.changing() as memory:
            known: dict[str, Container[str]] = {
                "product": memory.warehouse.stock,
                "order": memory.warehouse.orders,
            }
            for kind, reference in had:
                if reference not in known[kind]:
                    memory.warehouse.send_for(Errand(kind, reference))
        self.errands_waiting.set()

    def receive(self, call: Call, *, target: str) -> Answer:
        """Take a call of the shop: decide its fate, do it, write it down, answer.

        `target` is the path with its parameters, as it is shown. A login that is not right changes
        nothing, and what is refused by faults was not carried out.
        """
        refused = refusal(call, self.account)
        with self.changing() as memory:
            kind = None if refused else self._fate(call)
            is_done = not refused and (kind is None or kind in CARRIED_OUT)
            answer = refused or (answer_call(call, memory.warehouse) if is_done else Answer(b""))
            if kind is not None:
                answer = spoil(kind, answer, memory.faults, endpoint=call.path)
            self._write_down(call, target, answer, kind)
            has_errands = bool(memory.warehouse.errands)
        if has_errands:
            self.errands_waiting.set()
        return answer

    def fate(self, place: str) -> str | None:
        """Count what is about to happen at a place; return what goes wrong with it, if anything."""
        with self.changing() as memory:
            return memory.faults.next_fate(place)

    def caller(self) -> BridgeClient:
        """Return who calls the shop next: the client, or one that is not let in, on purpose."""
        kind = self.fate(LOGINS)
        return self.client.refused(LoginKind(kind)) if kind else self.client

    def _fate(self, call: Call) -> Kind | None:
        kind = self.fate(call.path) if call.path in ENDPOINTS else None
        return Kind(kind) if kind else None

    def _write_down(self, call: Call, target: str, answer: Answer, kind: Kind | None) -> None:
        """The shop's words are `received`, our answer is `sent`."""
        parameters = call.parameters
        reference = parameters.get("externalReference") or parameters.get("thirdPartyReference")
        said = "no answer" if answer.is_silent else answer.body.decode(errors="replace")
        self.note(
            "in",
            ENDPOINTS.get(call.path, "Unknown call"),
            reference or "",
            place=target,
            state=MessageState.SPOILT if kind else MessageState.ANSWERED,
            received=call.body.decode(errors="replace"),
            sent=said,
            note=f"{answer.status}{f', on purpose: {kind}' if kind else ''}",
        )
