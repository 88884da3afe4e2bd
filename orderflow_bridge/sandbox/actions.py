"""What the buttons do. Every action returns the sentence that the next page shows."""

from collections.abc import Callable
from decimal import Decimal

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.sandbox import incidents, sending
from orderflow_bridge.sandbox.faults import PLACES
from orderflow_bridge.sandbox.forms import Form, Mistake
from orderflow_bridge.sandbox.records import Errand
from orderflow_bridge.sandbox.sandbox import Sandbox
from orderflow_bridge.sandbox.warehouse import NotPossible

LARGEST_CHUNK = 1_000
LARGEST_SEED = 10**9


def fetch(sandbox: Sandbox, form: Form) -> str:
    """Fetch a product or an order that was not announced, as a warehouse may at any time."""
    kind, reference = form.text("kind"), form.text("reference")
    if kind not in {"product", "order"} or not reference:
        raise Mistake("Name what to fetch.")
    with sandbox.changing() as memory:
        memory.warehouse.send_for(Errand(kind, reference))
    sandbox.errands_waiting.set()
    return f"The {kind} {reference} is being fetched. See Messages for the outcome."


def push_one(sandbox: Sandbox, form: Form) -> str:
    """Push one product's stock."""
    return f"Stock push: {sending.push_stock(sandbox, [form.text('sku')], dialect=form.dialect)}"


def push_all(sandbox: Sandbox, form: Form) -> str:
    """Push all stock."""
    return f"Full push: {sending.push_stock(sandbox, dialect=form.dialect, chunk=_chunk(form))}"


def push_changes(sandbox: Sandbox, form: Form) -> str:
    """Push what has changed."""
    done = sending.push_changes(sandbox, dialect=form.dialect, chunk=_chunk(form))
    return f"Incremental push: {done}"


def push_out_of_order(sandbox: Sandbox, form: Form) -> str:
    """Push a newer record before an older one."""
    done = sending.push_out_of_order(sandbox, form.text("sku"), dialect=form.dialect)
    return f"Newer record first, then the older: {done}"


def initialize(sandbox: Sandbox, form: Form) -> str:
    """Renew all sequence ids."""
    with sandbox.changing() as memory:
        memory.warehouse.initialize()
        count = len(memory.warehouse.stock)
    return f"Initialized: {count} products have new sequence ids."


def count_stock(sandbox: Sandbox, form: Form) -> str:
    """Set a product's stock."""
    sku, units = form.text("sku"), form.units("units")
    with sandbox.changing() as memory:
        memory.warehouse.set_stock(sku, units)
    return f"{sku}: {plain(units)} on hand."


def despatch(sandbox: Sandbox, form: Form) -> str:
    """Send out an order: what was typed for its lines, or everything open."""
    number = form.text("order")
    units = None if form.is_ticked("whole") else _units_by_sku(sandbox, form, number)
    details = sending.DespatchDetails(
        courier=form.text("courier"),
        service=form.text("service"),
        tracking=form.text("tracking"),
        comment=form.text("comment"),
        is_mailed=form.is_ticked("mail"),
        is_comment_included=form.is_ticked("include_comment"),
    )
    done = sending.despatch(sandbox, number, units, details=details, dialect=form.dialect)
    return f"Order {number} despatched: {done}"


def cancel(sandbox: Sandbox, form: Form) -> str:
    """Cancel an order in the warehouse; the shop is not told, as OrderFlow does not either."""
    number = form.text("order")
    with sandbox.changing() as memory:
        if not memory.warehouse.cancel(number):
            state = memory.warehouse.order_of(number).state.lower()
            raise NotPossible(f"Order {number} is {state} and cannot be cancelled.")
    return f"Order {number} is cancelled in the warehouse. The shop has not been told."


def send_again(sandbox: Sandbox, form: Form) -> str:
    """Send a message once more."""
    text = form.text("message")
    number = form.number("message", most=LARGEST_SEED) if text else None
    return f"Sent again: {sending.send_again(sandbox, number)}"


def send_held(sandbox: Sandbox, form: Form) -> str:
    """Send what was held back."""
    return f"Held messages: {sending.send_held(sandbox)}"


def misbehave(sandbox: Sandbox, form: Form) -> str:
    """Set how an endpoint, or the pushes, go wrong."""
    endpoint = form.text("endpoint")
    if endpoint not in PLACES:
        raise Mistake("There is no such endpoint.")
    name, kinds = PLACES[endpoint]
    rates = {kind.value: form.number(kind.name, most=100) for kind in kinds}
    with sandbox.changing() as memory:
        memory.faults.set_rates(endpoint, rates)
    return f"{name}: {_in_words(rates)}"


def play(sandbox: Sandbox, form: Form) -> str:
    """Play an incident."""
    return incidents.play(sandbox, _incident(form))


def stop(sandbox: Sandbox, form: Form) -> str:
    """End an incident."""
    return incidents.stop(sandbox, _incident(form))


def restart_faults(sandbox: Sandbox, form: Form) -> str:
    """Set the seed and how long is slow; counting begins again."""
    seed = form.number("seed", most=LARGEST_SEED)
    hang, slow = form.seconds("hang"), form.seconds("slow")
    with sandbox.changing() as memory:
        memory.faults.restart(seed)
        memory.faults.hang_seconds, memory.faults.slow_seconds = hang, slow
    return f"Misbehaviour begins again with seed {seed}."


def behave(sandbox: Sandbox, form: Form) -> str:
    """Stop all misbehaviour."""
    with sandbox.changing() as memory:
        memory.faults.rates.clear()
    return "Everything goes right again."


def reset(sandbox: Sandbox, form: Form) -> str:
    """Forget everything."""
    if not form.is_ticked("sure"):
        raise Mistake("Tick the box to confirm that everything may be forgotten.")
    with sandbox.changing() as memory:
        memory.warehouse.reset()
        memory.faults.rates.clear()
        memory.held.clear()
    return "The sandbox is empty. Sequence and message ids go on from where they were."


def _incident(form: Form) -> incidents.Incident:
    try:
        return incidents.INCIDENTS[form.text("incident")]
    except KeyError:
        raise Mistake("There is no such incident.") from None


def _chunk(form: Form) -> int:
    return form.number("chunk", most=LARGEST_CHUNK, default=sending.CHUNK) or sending.CHUNK


def _units_by_sku(sandbox: Sandbox, form: Form, number: str) -> dict[str, Decimal]:
    """Add up what was typed for the order's lines, which are numbered on the page."""
    with sandbox.lock:
        skus = [line.sku for line in sandbox.memory.warehouse.order_of(number).lines]
    units: dict[str, Decimal] = {}
    for index, sku in enumerate(skus):
        units[sku] = units.get(sku, Decimal(0)) + form.units(f"units-{index}")
    return units


def _in_words(rates: dict[str, int]) -> str:
    chosen = [f"{kind} {rate} %" for kind, rate in rates.items() if rate]
    return f"{', '.join(chosen)}." if chosen else "everything goes right."


ACTIONS: dict[str, Callable[[Sandbox, Form], str]] = {
    "fetch": fetch,
    "push": push_one,
    "push-all": push_all,
    "push-changes": push_changes,
    "push-out-of-order": push_out_of_order,
    "initialize": initialize,
    "count": count_stock,
    "despatch": despatch,
    "cancel": cancel,
    "send-again": send_again,
    "send-held": send_held,
    "misbehave": misbehave,
    "play": play,
    "stop": stop,
    "restart-faults": restart_faults,
    "behave": behave,
    "reset": reset,
}
