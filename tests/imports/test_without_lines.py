"""A message that was stored without lines is a failure that people see, not an empty success."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from imports.models import Import, ImportLine
from imports.preview import preview_requests
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, Operation, Result
from tests.factories import make_product, make_request

pytestmark = pytest.mark.django_db

WHY = "The message has no lines: nothing was imported."


def test_a_stock_message_without_lines_fails(admin_client: Client) -> None:
    request = make_request(message_id=71, lines=[])

    done = process_imports(Entity.INVENTORY)

    assert (done.requests, done.failures, done.successes) == (1, 1, 0)
    request.refresh_from_db()
    assert request.processed_at is not None
    report = Import.objects.get()
    assert (report.request_id, report.failures) == (request.pk, 1)
    line = ImportLine.objects.get()
    assert (line.parent_id, line.result, line.message) == (report.pk, Result.FAILURE, WHY)
    page = admin_client.get(f"/admin/imports/inventoryimport/{report.pk}/change/").content.decode()
    assert WHY in page


def test_a_message_without_lines_fails_alone() -> None:
    make_product("A")
    for number, lines in ((1, [["A", "5", None, "1", None]]), (2, []), (3, [])):
        make_request(message_id=number, lines=lines)

    done = process_imports(Entity.INVENTORY)

    assert (done.requests, done.successes, done.failures) == (3, 1, 2)


def test_the_preview_of_a_message_without_lines_says_that_it_fails() -> None:
    request = make_request(message_id=71, lines=[])

    preview = preview_requests([request.pk])

    assert preview.counts.failures == 1
    assert [line.message for line in preview.lines] == [WHY]


def test_a_despatch_without_lines_fails() -> None:
    make_request(entity=Entity.SHIPMENT, message_id=38, lines=[])

    done = process_imports(Entity.SHIPMENT)

    assert (done.requests, done.failures) == (1, 1)
    assert ImportLine.objects.get().message


def test_reports_of_messages_without_lines_that_are_stored_already_become_failures() -> None:
    month_ago = timezone.now() - timedelta(days=30)
    kinds = {"entity": Entity.INVENTORY, "operation": Operation.UPDATE, "created_at": month_ago}
    silent = Import.objects.create(message_id="71", **kinds)
    loud = Import.objects.create(message_id="72", successes=1, **kinds)
    migration = import_module("imports.migrations.0003_failures_without_lines")

    for _ in range(2):
        migration.mark_failed(apps, None)

    silent.refresh_from_db()
    loud.refresh_from_db()
    assert (silent.failures, loud.failures) == (1, 0)
    assert ImportLine.objects.get(parent=silent).message == WHY
