"""The API keeps to its own description, whatever is sent: no route breaks (schemathesis)."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from orderflow_bridge.access.services import grant_token
from orderflow_bridge.restapi.openapi import BridgeSchemaGenerator
from orderflow_bridge.wsgi import application
from tests.factories import make_user
from tests.restapi.stating import Stated, all_stated

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

_CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
_EXAMPLES = max(1, settings().max_examples // 12)
_API = schemathesis.openapi.from_dict(BridgeSchemaGenerator().get_schema())
_API.app = application


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep requests from closing the connection that holds the test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def _path(stated: Stated) -> str:
    return f"/rest/{stated.prefix}/{stated.address}".replace("<", "{").replace(">", "}")


# Where neither a token nor a body is asked for, nothing can be sent that is wrong.
_RUNS = [
    pytest.param(stated, mode, id=f"{stated.name}-{mode.value}")
    for stated in all_stated()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or stated.right or stated.malformed
]


@pytest.mark.parametrize(("stated", "mode"), _RUNS)
def test_a_route_answers_as_it_is_described(stated: Stated, mode: GenerationMode) -> None:
    described = _API[_path(stated)][stated.method]
    token = grant_token(make_user(is_superuser=True))
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    there = stated.found()
    runs = iter(range(_EXAMPLES * 100))

    @given(case=described.as_strategy(generation_mode=mode))
    @settings(
        max_examples=_EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def answers(case: Any) -> None:
        if next(runs) % 2:  # every other time something that is there
            case.path_parameters = dict(there.parameters)
        case.call_and_validate(headers=headers, checks=_CHECKS)

    answers()
