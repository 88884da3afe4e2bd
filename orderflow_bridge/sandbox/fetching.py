"""The errand boy: fetches announced products and orders from the shop, and tries again."""

import threading
from datetime import UTC, datetime

from orderflow_bridge.sandbox.faults import FETCHES, FetchKind
from orderflow_bridge.sandbox.records import Errand, MessageState
from orderflow_bridge.sandbox.sandbox import SAVE_EVERY, Sandbox
from orderflow_bridge.sandbox.shop_documents import take_order, take_product
from orderflow_bridge.sandbox.soap_answers import (
    Exchange,
    ShopRefused,
    ShopUnreachable,
    named,
    text_of,
)
from orderflow_bridge.sandbox.warehouse import NotPossible


class ErrandBoy(threading.Thread):
    """Runs errands one after another, oldest first, until stopped; also saves the memory."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(name="errands", daemon=True)
        self.sandbox = sandbox
        self.stopping = threading.Event()
        self.failures: dict[Errand, int] = {}
        self.not_before: dict[Errand, float] = {}

    def run(self) -> None:
        """Work until stopped."""
        while not self.stopping.is_set():
            self.sandbox.errands_waiting.wait(SAVE_EVERY)
            self.sandbox.errands_waiting.clear()
            self.sandbox.save()
            self.run_errands()

    def stop(self) -> None:
        """End after the errand in hand, and save."""
        self.stopping.set()
        self.sandbox.errands_waiting.set()
        self.join(10)
        self.sandbox.save()

    def run_errands(self) -> None:
        """Run every errand that is due."""
        with self.sandbox.lock:
            errands = list(self.sandbox.memory.warehouse.errands)
        for errand in errands:
            now = datetime.now(UTC).timestamp()
            due = self.not_before.setdefault(errand, now + self.sandbox.pace.before_fetch)
            if due <= now and not self.stopping.is_set():
                self._run(errand)

    def _run(self, errand: Errand) -> None:
        with self.sandbox.changing() as memory:
            if not memory.warehouse.begin(errand):
                return
        kind = self.sandbox.fate(FETCHES)
        if kind == FetchKind.FORGOTTEN:
            self._drop(errand)
            return
        try:
            exchange = self._fetch(errand)
            with self.sandbox.changing() as memory:
                is_lost = kind == FetchKind.SWALLOWED
                note = "Lost, on purpose." if is_lost else self._take(errand, exchange)
                memory.warehouse.in_hand = None
        except ShopRefused as error:
            self._fail(errand, error, error.exchange)
        except (ShopUnreachable, NotPossible) as error:
            self._fail(errand, error, None)
        else:
            self._forget(errand)
            self._note(errand, MessageState.ANSWERED, note, exchange)

    def _fetch(self, errand: Errand) -> Exchange:
        client = self.sandbox.caller()
        if errand.kind == "product":
            return client.product(errand.reference)
        entity_id = errand.entity_id
        if not entity_id:
            listed = named(client.orders_numbered(errand.reference).result, "items")
            entity_id = "" if listed is None else text_of(listed, "entityId")
        if not entity_id:
            raise NotPossible(f"The shop knows no order {errand.reference}.")
        return client.order(entity_id)

    def _take(self, errand: Errand, exchange: Exchange) -> str:
        warehouse = self.sandbox.memory.warehouse
        if errand.kind == "product":
            first = self.sandbox.first_units
            return take_product(exchange.result, warehouse, default_units=first)
        return take_order(exchange.result, warehouse, at=datetime.now(UTC))

    def _fail(self, errand: Errand, error: Exception, exchange: Exchange | None) -> None:
        """Set the time of the next attempt, or give the errand up after the last."""
        tried, reason = self.failures.get(errand, 0), str(error).rstrip(".")
        self.failures[errand] = tried + 1
        pauses = self.sandbox.pace.retries
        if tried < len(pauses):
            self.not_before[errand] = datetime.now(UTC).timestamp() + pauses[tried]
            with self.sandbox.changing() as memory:
                memory.warehouse.in_hand = None
                memory.warehouse.send_for(errand)
            note = f"{reason}. Trying again in {pauses[tried]:g} s."
        else:
            with self.sandbox.changing() as memory:
                memory.warehouse.in_hand = None
            self._forget(errand)
            note = f"{reason}. Given up; export it again to have it fetched."
        self._note(errand, MessageState.FAILED, note, exchange)

    def _drop(self, errand: Errand) -> None:
        with self.sandbox.changing() as memory:
            memory.warehouse.in_hand = None
        self._forget(errand)
        self._note(errand, MessageState.HELD, "Never fetched, on purpose.", None)

    def _forget(self, errand: Errand) -> None:
        self.failures.pop(errand, None)
        self.not_before.pop(errand, None)

    def _note(
        self, errand: Errand, state: MessageState, note: str, exchange: Exchange | None
    ) -> None:
        self.sandbox.note(
            "out",
            f"Fetch {errand.kind}",
            errand.reference,
            place=exchange.place if exchange else "",
            state=state,
            sent=exchange.sent if exchange else "",
            received=exchange.received if exchange else "",
            note=note,
        )
