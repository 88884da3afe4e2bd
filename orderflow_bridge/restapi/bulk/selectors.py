"""Where bulk calls stand, as Magento's status routes tell it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import CriteriaRefused, NoSuchEntity
from orderflow_bridge.common.people import are_hidden
from orderflow_bridge.common.xml import MASK
from orderflow_bridge.configuration.selectors import general
from orderflow_bridge.documents.conditions import Column, ColumnKind, condition
from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.records import Document, timestamp
from orderflow_bridge.request_queue.waiting import (
    Circumstances,
    scheduler_silent_since,
    why_waiting,
)
from orderflow_bridge.restapi.bulk.models import Bulk, OperationStatus, Portion

_OF_BULKS = {
    "topic_name": Column("topic", ColumnKind.TEXT),
    "start_time": Column("created_at", ColumnKind.DATETIME),
}
# Magento's types of users: an administrator, an integration.
_USER, _INTEGRATION = 2, 1


class Operation(NamedTuple):
    """One operation of a bulk: its number, where it stands, and its parameters as JSON."""

    number: int
    status: OperationStatus
    message: str
    answer: Any
    parameters: Any


def find_bulk(uuid: str) -> Bulk:
    """Return a bulk by its UUID; raises NoSuchEntity."""
    try:
        bulk = Bulk.objects.filter(uuid=UUID(uuid)).first()
    except ValueError:
        bulk = None
    if bulk is None:
        raise NoSuchEntity.any()
    return bulk


def operations_of(bulk: Bulk, *, with_parameters: bool = False) -> Iterator[Operation]:
    """Yield the operations of a bulk, in order; without parameters the stored text is not read."""
    portions = bulk.portions.order_by("first")
    if not with_parameters:
        portions = portions.defer("operations")
    for portion in portions.iterator(chunk_size=10):
        parameters = _parameters(portion) if with_parameters else None
        for place in range(portion.operation_count):
            given = parameters[place] if parameters is not None else None
            yield _operation(portion, place, given)


def failed_operations(bulk: Bulk) -> list[Operation]:
    """Return the operations that failed, with their parameters; other portions are not read."""
    found = []
    for portion in bulk.portions.exclude(failures={}).order_by("first").iterator(chunk_size=10):
        parameters = _parameters(portion)
        for place in sorted(map(int, portion.failures)):
            found.append(_operation(portion, place, parameters[place]))
    return found


def _parameters(portion: Portion) -> list[Any]:
    """Return what was sent, operation by operation; of what is hidden from the reader, its mask."""
    if are_hidden():
        return [MASK] * portion.operation_count
    parameters: list[Any] = orjson.loads(portion.operations)
    return parameters


def count_operations(bulk: Bulk, status: int) -> int:
    """Return how many operations of a bulk have a status."""
    if status == OperationStatus.COMPLETE:
        return bulk.completed
    if status == OperationStatus.OPEN:
        return bulk.operation_count - bulk.completed - bulk.failed
    if not bulk.failed:
        return 0
    return sum(operation.status == status for operation in operations_of(bulk))


def why_bulk_waits(bulk: Bulk) -> str:
    """Return why the open operations of a bulk have not been carried out; "" if none is open."""
    if bulk.finished_at:
        return ""
    now = clock.now()
    return why_waiting(
        Circumstances(
            is_at_work=bulk.claimed_until is not None and bulk.claimed_until > now,
            silent_since=scheduler_silent_since(now),
            error=bulk.last_error,
            due_at=bulk.retry_at,
            otherwise=_("The next free worker"),
        ),
        now,
    )


def status_document(bulk: Bulk, service: str, *, is_detailed: bool) -> dict[str, Any]:
    """Return the status of a bulk; `service` is named in the message of what was carried out.

    That of an open operation says why it waits, in the shop's time as in the admin.
    """
    operations = operation_documents(bulk, service, is_detailed=is_detailed)
    return {
        "operations_list": operations,
        "user_type": _INTEGRATION if bulk.user_id is None else _USER,
        "bulk_id": str(bulk.uuid),
        "description": f"Topic {bulk.topic}",
        "start_time": timestamp(bulk.created_at),
        "user_id": bulk.user_id,
        "operation_count": bulk.operation_count,
    }


def operation_documents(bulk: Bulk, service: str, *, is_detailed: bool) -> list[dict[str, Any]]:
    """Return the operations of a bulk as documents, in order."""
    success = f"Service execution success {service}"
    with timezone.override(ZoneInfo(general().timezone)):
        waits = why_bulk_waits(bulk)
    messages = {OperationStatus.COMPLETE: success, OperationStatus.OPEN: waits}
    operations = []
    for each in operations_of(bulk, with_parameters=is_detailed):
        document: dict[str, Any] = {
            "id": each.number,
            "status": int(each.status),
            "result_message": messages.get(each.status, each.message) or None,
            "error_code": None if each.status in messages else 0,
        }
        if is_detailed:
            document |= {
                "bulk_uuid": str(bulk.uuid),
                "topic_name": bulk.topic,
                "serialized_data": orjson.dumps(each.parameters).decode(),
                "result_serialized_data": (
                    None if each.answer is None else orjson.dumps(each.answer).decode()
                ),
            }
        operations.append(document)
    return operations


def operations_among(
    criteria: SearchCriteria, services: Mapping[str, str], *, most_rows: int
) -> list[Document]:
    """Return the operations that may match criteria, those of the oldest bulk first.

    Operations lie together in portions, so only what is said of whole bulks narrows them down in
    the database. Raises CriteriaRefused if there are more than `most_rows`. `services` are by
    topic.
    """
    bulks = Bulk.objects.order_by("pk")
    for group in criteria.groups:
        if all(
            wanted.field == "bulk_uuid" and wanted.condition_type in ("eq", "in")
            for wanted in group
        ):
            named = [text for wanted in group for text in wanted.value.split(",")]
            bulks = bulks.filter(uuid__in=_uuids(named))
        elif all(wanted.field in _OF_BULKS for wanted in group):
            matching = Q()
            for wanted in group:
                matching |= condition(Bulk, _OF_BULKS[wanted.field], wanted, most_rows)
            bulks = bulks.filter(matching)
    count = bulks.aggregate(count=Sum("operation_count"))["count"] or 0
    if count > most_rows:
        raise CriteriaRefused(
            'Maximum items of type "%type" is %max', {"type": "operations", "max": str(most_rows)}
        )
    return [
        Document(document | {"start_time": timestamp(bulk.created_at)})
        for bulk in bulks
        for document in operation_documents(
            bulk, services.get(bulk.topic, bulk.topic), is_detailed=True
        )
    ]


def _uuids(texts: Iterable[str]) -> list[UUID]:
    """Return those of the texts that are UUIDs; the others name nothing."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text.strip()))
        except ValueError:
            continue
    return found


def _operation(portion: Portion, place: int, parameters: Any) -> Operation:
    number = portion.first + place
    if portion.processed_at is None:
        return Operation(number, OperationStatus.OPEN, "", None, parameters)
    failure = portion.failures.get(str(place))
    if failure is None:
        answer = portion.answers.get(str(place))
        return Operation(number, OperationStatus.COMPLETE, "", answer, parameters)
    status, message = failure
    return Operation(number, OperationStatus(status), message, None, parameters)
