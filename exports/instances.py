"""OrderFlow instances: websites with one endpoint, organisation and channel, and how it is called.

What all workers know of an endpoint is the circuit breaker's memory. While OrderFlow is called,
threads share a memory of their own and never touch the database. The run's own thread carries what
they have learnt to the database, under a row lock. As long as all is well, only the time is.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from django.db import transaction

from exports.models import EndpointState
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.catalog.selectors import exporting_websites
from orderflow_bridge.client import (
    BreakerMemory,
    BreakerPolicy,
    BreakerState,
    Credentials,
    OrderFlowClient,
    Timeouts,
)
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import ExportNotConfigured
from orderflow_bridge.common.translation import english
from orderflow_bridge.configuration.connection import orderflow_network
from orderflow_bridge.configuration.sections import OrderExport, ProductExport
from orderflow_bridge.configuration.selectors import api, order_export, product_export
from orderflow_bridge.configuration.stored_secrets import item_error
from orderflow_bridge.exchange.selectors import refuse_while_held_out, why_not_out
from orderflow_bridge.stores.models import Website
from orderflow_bridge.stores.selectors import website_of_store
from orderflow_bridge.tracing.spans import outgoing_call

# Websites that share an OrderFlow instance; the first one's settings count for all.
WebsiteGroup = tuple[Website, ...]
Step = Callable[[BreakerState], BreakerState]
_LONGEST_ENDPOINT = 255
_NEEDED = (
    ("endpoint", "Endpoint"),
    ("username", "Username"),
    ("organisation", "Organisation"),
    ("channel", "Channel"),
)


def groups_of(entity: Entity) -> list[WebsiteGroup]:
    """Return the websites that export this entity, grouped as it is announced.

    Products once per OrderFlow instance, orders strictly per website.
    """
    if entity == Entity.ORDER:
        return [(each,) for each in Website.objects.all() if order_export(each).is_enabled]
    groups: dict[tuple[str, str, str], list[Website]] = {}
    for website in exporting_websites():
        groups.setdefault(instance_of(website), []).append(website)
    return [tuple(websites) for websites in groups.values()]


def not_held(groups: Sequence[WebsiteGroup]) -> tuple[list[WebsiteGroup], list[str]]:
    """Return the groups without the websites whose exports are held up, and why those are."""
    reasons = {website: why_not_out(website) for group in groups for website in group}
    left = [tuple(each for each in group if not reasons[each]) for group in groups]
    return [group for group in left if group], list(dict.fromkeys(filter(None, reasons.values())))


def export_disabled(entity: Entity) -> str:
    """Return what is said when no website, or not this one, exports the entity."""
    return (
        f"{english(entity.label)} exports are currently disabled."
        " Please review the OrderFlow module configuration."
    )


def instance_of(website: Website) -> tuple[str, str, str]:
    """Return what tells one OrderFlow instance from another: where, whose, which channel."""
    account = api(website)
    return account.endpoint.rstrip("/"), account.organisation, account.channel


def of_one_instance(links: list[ProductWebsite], store_code: str | None) -> list[ProductWebsite]:
    """Return the rows of the instance that is asking: that of the website of the address called.

    All rows, if there is but one instance, or if the address names none of their websites.
    """
    instances = {link.website_id: instance_of(link.website) for link in links}
    if len(set(instances.values())) == 1:
        return links
    asking = instances.get(website_of_store(store_code) or 0)
    return [link for link in links if asking in (None, instances[link.website_id])]


def server_of(website: Website) -> str:
    """Return which server a website's OrderFlow is at; instances may share one."""
    return _server(api(website).endpoint)


def settings_of(entity: Entity, group: WebsiteGroup) -> OrderExport | ProductExport:
    """Return the export settings that count for a group."""
    return order_export(group[0]) if entity == Entity.ORDER else product_export(group[0])


def credentials_of(website: Website) -> Credentials:
    """Return how to reach a website's OrderFlow.

    Raises ExportNotConfigured, naming the website and the setting, when that cannot be known, and
    ExchangeHeld while nothing goes out to it.
    """
    refuse_while_held_out(website)
    account = api(website)
    if unreadable := item_error(account, website.name):
        raise ExportNotConfigured(unreadable)
    for name, label in _NEEDED:
        if not getattr(account, name):
            raise ExportNotConfigured(
                f"{label} is not set for {website.name}. Please review API Settings."
            )
    try:
        return Credentials(
            endpoint=account.endpoint,
            username=account.username,
            password=account.password,
            organisation=account.organisation,
            channel=account.channel,
        )
    except ValueError as error:
        raise ExportNotConfigured(f"Endpoint is wrong for {website.name}: {error}") from error


def client_of(website: Website, *, memory: BreakerMemory | None = None) -> OrderFlowClient:
    """Return a client for a website's OrderFlow. Raises ExportNotConfigured."""
    account = api(website)
    credentials = credentials_of(website)
    try:
        return OrderFlowClient(
            credentials,
            timeouts=Timeouts(account.connect_timeout, account.read_timeout, account.total_timeout),
            pool_size=account.parallel_calls,
            breaker=breaker_policy(website),
            memory=memory,
            network=orderflow_network(account),
            around=outgoing_call,
        )
    except ValueError as error:
        raise ExportNotConfigured(f"API Settings are wrong for {website.name}: {error}") from error


def breaker_policy(website: Website) -> BreakerPolicy:
    """Return when a website's endpoint is left alone, and for how long."""
    account = api(website)
    return BreakerPolicy(account.breaker_threshold, float(account.breaker_cooloff))


class Admission(Enum):
    """Whether an endpoint may be called: freely, for one trial, or not yet."""

    OPEN = auto()
    TRIAL = auto()
    CLOSED = auto()


class EndpointMemory:
    """One endpoint's state during a run: read by threads, published by the run."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint[:_LONGEST_ENDPOINT]
        self._state = BreakerState()
        self._steps: list[Step] = []
        self._was_called = False
        self._lock = threading.Lock()

    def read(self, endpoint: str) -> BreakerState:
        """Return the state as this run knows it."""
        with self._lock:
            return self._state

    def change(self, endpoint: str, step: Step) -> BreakerState:
        """Replace the state; remember the step for `publish`. Returns the state it replaced."""
        with self._lock:
            before = self._state
            self._state = step(before)
            self._was_called = True
            if self._state != before:
                self._steps.append(step)
            return before

    def admit(self, policy: BreakerPolicy) -> Admission:
        """Read what all workers know and tell whether a run may begin.

        Of several workers, one gets the trial call that is due after a cool-off.
        """
        row = EndpointState.objects.filter(endpoint=self._endpoint).first()
        if row is None or row.opened_at is None:
            self._state = _state_of(row)
            return Admission.OPEN
        with transaction.atomic():
            row = EndpointState.objects.select_for_update().get(pk=row.pk)
            state, now = _state_of(row), time.time()
            if state.opened_at is not None and not policy.may_call(state, now):
                return Admission.CLOSED
            self._state = state
            _write(row, policy.on_call(state, now))
        return Admission.TRIAL if state.opened_at is not None else Admission.OPEN

    def publish(self, error: str = "") -> None:
        """Apply what the threads have learnt to the state that all workers share."""
        with self._lock:
            steps, self._steps = self._steps, []
            was_called, self._was_called = self._was_called, False
        if not was_called:
            return
        now = clock.now()
        if not steps and EndpointState.objects.filter(endpoint=self._endpoint).update(
            last_call_at=now
        ):
            return
        with transaction.atomic():
            EndpointState.objects.get_or_create(endpoint=self._endpoint)
            row = EndpointState.objects.select_for_update().get(endpoint=self._endpoint)
            state = _state_of(row)
            for step in steps:
                state = step(state)
            row.last_error = error[:500] if state.failures else ""
            row.last_call_at = now
            _write(row, state)

    @property
    def is_open(self) -> bool:
        """Whether the breaker has opened: the endpoint is left alone."""
        return self._state.opened_at is not None


def websites_of(state: EndpointState) -> list[Website]:
    """Return the websites whose OrderFlow is at this endpoint."""
    wanted = _server(state.endpoint)
    return [each for each in Website.objects.all() if server_of(each) == wanted]


def next_trial(state: EndpointState, websites: list[Website]) -> datetime | None:
    """Return when the endpoint is called again, for one trial; None if it is not left alone."""
    if state.opened_at is None:
        return None
    rests = [api(website).breaker_cooloff for website in websites]
    return state.opened_at + timedelta(seconds=min(rests, default=0))


def try_again(state_id: int) -> bool:
    """Let the next run call an endpoint that is left alone; tell whether it was."""
    with transaction.atomic():
        state = EndpointState.objects.select_for_update().filter(pk=state_id).first()
        if state is None:
            return False
        was_open = state.opened_at is not None
        state.failures, state.opened_at = 0, None
        state.save(update_fields=("failures", "opened_at", "updated_at"))
    return was_open


def _state_of(row: EndpointState | None) -> BreakerState:
    if row is None:
        return BreakerState()
    opened_at = row.opened_at.timestamp() if row.opened_at else None
    return BreakerState(row.failures, opened_at)


def _write(row: EndpointState, state: BreakerState) -> None:
    row.failures = state.failures
    row.opened_at = (
        datetime.fromtimestamp(state.opened_at, UTC) if state.opened_at is not None else None
    )
    row.save()


def _server(endpoint: str) -> str:
    return endpoint.strip().rstrip("/").casefold()
