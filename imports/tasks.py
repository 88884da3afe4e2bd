"""Celery's entries of the imports: a run's invitation to help, and a message that has arrived."""

import time
from functools import partial
from typing import Any

import structlog
from celery import Task, current_task, shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from imports.side_by_side import Wake, help_out, wake_is_due, work_off
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import ImportsDisabled
from orderflow_bridge.common.translation import english
from orderflow_bridge.configuration.selectors import inventory_import, shipment_import

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True, acks_late=True)
def help_import(helper_id: int) -> None:
    """Help a run. Harmless when repeated: an invitation is taken up once."""
    help_out(helper_id)


@shared_task(ignore_result=True, acks_late=True)
def apply_arrived(entity: int, after_seconds: float = 0.0) -> None:
    """Process what has arrived. Harmless when repeated, or beside a run: each message has one.

    The wait is the worker's own: a time in Celery's message would be by another host's clock.
    """
    time.sleep(after_seconds)
    try:
        done = work_off(Entity(entity), wake=wake_for_help())
    except ImportsDisabled:
        return
    log.info("applied_on_arrival", entity=english(Entity(entity).label), requests=done.requests)


def wake_for_help() -> Wake | None:
    """Return how a helper is waked; None outside a worker, where none may be listening."""
    return _wake_helper if current_task else None


def wake_on_arrival(entity: Entity) -> None:
    """Wake a worker for a message once it is committed, if *Apply On Arrival* is on.

    Without a broker nothing is lost: the schedule remains.
    """
    settings = inventory_import() if entity == Entity.INVENTORY else shipment_import()
    if settings.apply_on_arrival:
        transaction.on_commit(partial(_wake_if_due, entity))


def _wake_if_due(entity: Entity) -> None:
    after = wake_is_due(entity)
    if after is not None:
        _publish(apply_arrived, int(entity), after.total_seconds())


def _wake_helper(helper_id: int) -> None:
    _publish(help_import, helper_id)


def _publish(task: Task[Any, None], *arguments: float) -> None:
    try:
        task.apply_async(arguments)
    except OperationalError as error:
        log.warning("worker_not_woken", task=task.name, error=str(error))
