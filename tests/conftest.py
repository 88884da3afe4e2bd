"""Fixtures every room's tests share."""

import gc
import os
from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from imports.inventory.unknown_skus import forget_aliases
from orderflow_bridge.access.refused_calls import forget as forget_refusals
from orderflow_bridge.carriers.selectors import forget as forget_map
from orderflow_bridge.catalog.attribute_set import forget as forget_sets
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.mapping.selectors import forget as forget_mapping
from orderflow_bridge.request_queue.waiting import forget as forget_waiting
from orderflow_bridge.rules.selectors import forget_rules
from orderflow_bridge.stores.order_statuses import forget as forget_statuses
from tests.emptying import empty_by_deleting
from tests.migrated import keep_copy, offer_copy

# Some tests ask the admin for its pages, which otherwise only the addresses load.
admin.autodiscover()

# A busy machine is no fault of the code: no property is judged by the clock.
settings.register_profile("full", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("full"), max_examples=50)
settings.register_profile("quick", settings.get_profile("full"), max_examples=5)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "full")

# Folders whose tests are all of processes.
BY_FOLDER = ("browser", "hosts")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Read the tests without looking for garbage among them, and never look through them again.

    Thousands of tests and all that they import stay to the end: going through them, again and
    again, was a third of the time of reading them, and a tenth of that of running them.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test of processes where the Makefile, which has only some files read, has none."""
    for path in {item.path for item in items if item.get_closest_marker("processes")}:
        if path.parent.name not in BY_FOLDER and "mark.processes" not in path.read_text():
            raise pytest.UsageError(f"{path} has tests of processes: let it say mark.processes.")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """No test sees settings or aliases that another one saved, or refused calls it counted."""
    caches = (forget, forget_statuses, forget_aliases, forget_rules, forget_mapping, forget_map)
    for each in (*caches, forget_refusals, forget_sets, forget_waiting):
        each()
    yield
    for each in caches:
        each()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Begin with a migrated database, if one was kept."""
    with django_db_blocker.unblock():
        offer_copy()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Keep the migrated database for the next run; at the end, end connections that are left open.

    Servers and threads leave them; they would keep the database.
    """
    with django_db_blocker.unblock():
        keep_copy()
    empty_by_deleting()
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
