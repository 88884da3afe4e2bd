"""OrderFlow's endpoints as operators see them: left alone since when, and tried again when."""

from datetime import datetime, timedelta

from django.db import transaction

from exports.models import EndpointState
from orderflow_bridge.configuration.selectors import api
from orderflow_bridge.stores.models import Website


def websites_of(state: EndpointState) -> list[Website]:
    """Return the websites whose OrderFlow is at this endpoint."""
    wanted = _plain(state.endpoint)
    return [each for each in Website.objects.all() if _plain(api(each).endpoint) == wanted]


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


def _plain(endpoint: str) -> str:
    return endpoint.strip().rstrip("/").casefold()
