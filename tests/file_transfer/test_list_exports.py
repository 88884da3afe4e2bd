"""Files of long lists, made in the background: whole or not offered, and by the reader's rights."""

import csv
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.console.apps import load_pages
from orderflow_bridge.console.grids.long_lists import DAYS_KEPT
from orderflow_bridge.file_transfer.cron import work_off_waiting_files
from orderflow_bridge.file_transfer.list_exports import (
    MOST_ATTEMPTS,
    cancel,
    list_admin,
    work_off_list_exports,
)
from orderflow_bridge.file_transfer.models import ListExport, ListExportPart
from orderflow_bridge.file_transfer.storage import contents_of
from orderflow_bridge.jobs.cleaning import clean_logs
from tests.admin.full_shop import fill_every_page
from tests.factories import make_address, make_order

pytestmark = pytest.mark.django_db

ROWS = 1_200
PRODUCTS = "/admin/catalog/product/"
Status = ListExport.Status


class Crash(BaseException):
    """A worker is killed."""


@contextmanager
def killed_after(statements: int) -> Iterator[None]:
    """Kill whoever works within at one of his statements."""
    left = statements

    def count(execute: Callable[..., Any], *call: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise Crash
        return execute(*call)

    with connection.execute_wrapper(count):
        yield


def reader(*rights: str) -> User:
    user = User.objects.create_user("reader", password="secret-12345")
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


def boss() -> User:
    return User.objects.create_superuser("boss")


def asked(user: User, grid: str = "catalog.product", query: str = "", kind: str = "csv"):
    return ListExport.objects.create(user=user, grid=grid, query=query, kind=kind, title="A list")


def made(export: ListExport) -> bytes:
    work_off_list_exports([export.pk])
    export.refresh_from_db()
    assert (export.status, export.failure, export.last_error) == (Status.DONE, "", "")
    return file_of(export)


def file_of(export: ListExport) -> bytes:
    return b"".join(contents_of(ListExportPart.objects.filter(list_export=export)))


def direct(user: User, address: str, kind: str = "csv", query: str = "") -> bytes:
    client = Client()
    client.force_login(user)
    return bytes(client.get(f"{address}download/{kind}/?{query or 'view=default'}").getvalue())


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def fill_catalogue(count: int = ROWS) -> None:
    long = "of the best quality there is, " * 7
    Product.objects.bulk_create(
        Product(sku=f"A-{number:05}", name=f"Thing {number % 7} {long}") for number in range(count)
    )


QUERIES = (
    "",
    "cols=sku&cols=name&o=-sku",
    "cols=name&cols=sku&o=name",
    "q=A-01&cols=sku",
    "sku=A-02&cols=sku&cols=created&o=1",
)


@pytest.mark.parametrize("query", QUERIES)
def test_the_file_is_the_one_that_the_list_sends_at_once(query: str) -> None:
    fill_catalogue()
    user = boss()

    assert made(asked(user, query=query)) == direct(user, PRODUCTS, query=query)


def test_an_excel_file_has_the_same_cells() -> None:
    fill_catalogue(50)
    user = boss()

    files = (made(asked(user, kind="xlsx")), direct(user, PRODUCTS, "xlsx"))
    cells = [[list(row) for row in load_workbook(BytesIO(file)).active.values] for file in files]

    assert cells[0] == cells[1]
    assert len(cells[0]) == 51


@pytest.mark.slow
def test_the_file_of_every_list_is_the_one_that_it_sends_at_once() -> None:
    fill_every_page()
    load_pages()
    user = boss()
    compared = 0
    for model in admin.site._registry:
        name = model._meta.label_lower
        if list_admin(name) is None or model in (ListExport, User):
            continue  # no list with files, or one that changes by being looked at
        address = f"/admin/{name.replace('.', '/')}/"
        expected = direct(user, address)
        assert made(asked(user, grid=name)) == expected, name
        compared += len(rows_of(expected)) > 1
    assert compared > 20


@pytest.mark.parametrize("seed", range(6))
def test_a_file_whose_workers_are_killed_anywhere_ends_up_whole(seed: int) -> None:
    fill_catalogue()
    user = boss()
    query = random.Random(seed).choice(QUERIES[:3])
    expected = direct(user, PRODUCTS, query=query)
    chance, kills = random.Random(seed), 0
    export = asked(user, query=query)

    for _ in range(MOST_ATTEMPTS - 1):
        try:
            with killed_after(chance.randrange(1, 30)):
                work_off_list_exports([export.pk])
        except Crash:
            kills += 1
        export.refresh_from_db()
        assert export.status in (Status.WORKING, Status.DONE)
        if export.status == Status.DONE:
            assert file_of(export) == expected
        ListExport.objects.filter(status=Status.WORKING).update(claimed_until=timezone.now())
    work_off_list_exports()

    export.refresh_from_db()
    assert kills
    assert export.status == Status.DONE
    assert export.size == len(expected)
    assert export.rows_done == export.rows_total == ROWS
    assert file_of(export) == expected


def test_an_export_that_takes_its_workers_down_each_time_is_given_up() -> None:
    export = asked(boss())
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Crash), killed_after(12):
            work_off_list_exports([export.pk])
        ListExport.objects.update(claimed_until=timezone.now())

    work_off_list_exports()

    export.refresh_from_db()
    assert export.status == Status.FAILED
    assert "Narrow the list by filters and export it again" in export.failure
    assert not ListExportPart.objects.exists()


def test_a_worker_that_comes_back_late_writes_nothing() -> None:
    fill_catalogue(10)
    export = asked(boss())

    def overtaken(execute: Callable[..., Any], sql: str, *call: Any) -> Any:
        if sql.startswith("SELECT") and "catalog_product" in sql:
            ListExport.objects.update(fence=99)
        return execute(sql, *call)

    with connection.execute_wrapper(overtaken):
        work_off_list_exports([export.pk])

    export.refresh_from_db()
    assert export.status == Status.WORKING
    assert not ListExportPart.objects.exists()


def test_the_job_goes_on_with_what_no_worker_was_waked_for() -> None:
    export = asked(boss())

    assert work_off_waiting_files() == "1 file worked on; see Exported Lists."
    assert work_off_waiting_files() == "Nothing was waiting."
    export.refresh_from_db()
    assert export.status == Status.DONE


def test_a_stopped_export_has_no_file_and_is_not_made() -> None:
    export = asked(boss())
    cancel(export)

    assert work_off_list_exports([export.pk]) == []
    with pytest.raises(ActionNotAvailable, match="not being made any more"):
        cancel(export)


def test_people_stay_masked_for_whoever_may_not_see_them() -> None:
    order = make_order(increment_id="000000007")
    make_address(order, address_type="billing", firstname="Veronica")
    blind = reader("view_order")
    query = "cols=order_number&cols=bill_to"

    file = made(asked(blind, grid="sales.order", query=query)).decode()

    assert "Veronica" in made(asked(boss(), grid="sales.order", query=query)).decode()
    assert "000000007" in file
    assert "Veronica" not in file
    assert file.encode() == direct(blind, "/admin/sales/order/", query=query)


@pytest.mark.parametrize("loss", ["right", "access", "account"])
def test_who_has_lost_the_right_meanwhile_gets_nothing(loss: str) -> None:
    fill_catalogue(3)
    user = reader("view_product")
    export = asked(user)
    if loss == "right":
        user.user_permissions.clear()
    elif loss == "access":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        user.delete()

    work_off_list_exports()

    assert not ListExportPart.objects.exists()
    assert not ListExport.objects.exclude(status=Status.FAILED).exists()
    if loss == "right":
        export.refresh_from_db()
        assert "Ask for the right to view it" in export.failure


@pytest.mark.parametrize(
    ("grid", "query", "text"),
    [
        ("catalog.nothing", "", "Export another one"),
        ("catalog.product", "colour=red", "filter it, and export again"),
    ],
)
def test_a_list_that_cannot_be_read_says_what_to_do(grid: str, query: str, text: str) -> None:
    export = asked(boss(), grid=grid, query=query)

    work_off_list_exports()

    export.refresh_from_db()
    assert export.status == Status.FAILED
    assert text in export.failure


def test_files_are_deleted_when_their_days_are_over() -> None:
    user = boss()
    old, young = asked(user), asked(user)
    made(old)
    made(young)
    days = timedelta(days=DAYS_KEPT)
    ListExport.objects.filter(pk=old.pk).update(created_at=timezone.now() - days)

    sentence = clean_logs()

    assert "1 exported list" in sentence
    assert list(ListExport.objects.all()) == [young]
    assert not ListExportPart.objects.exclude(list_export=young).exists()
