"""Fixtures every room's tests share."""

from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from orderflow_bridge.configuration.selectors import forget

# A busy machine is no fault of the code: no property is judged by the clock.
settings.register_profile("bridge", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bridge")


@pytest.fixture(autouse=True)
def _no_remembered_configuration() -> Iterator[None]:
    """No test sees the configuration that another one saved."""
    forget()
    yield
    forget()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """End connections that servers and threads left open; they would keep the database."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
