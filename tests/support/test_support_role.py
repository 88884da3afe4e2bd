"""The ready role OrderFlow support sees everything but people's data, and acts nowhere."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from orderflow_bridge.access.ready_roles import OPERATOR, SUPPORT
from orderflow_bridge.access.rights import ORDERS_VIEW, is_reading
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.common.people import hiding
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.sales.models import Order, OrderAddress
from tests.access.crawling import APART, address, asked, patterns, undone
from tests.admin.full_shop import fill_every_page
from tests.factories import make_address, make_order, make_user

pytestmark = [pytest.mark.django_db]
MARK = "Zoë-Quill"
SHOW_PEOPLE = {"admin:sales_order_changelist", "admin:mail_outgoingmail_change"}
# What tells of people, named apart from the table that hides it.
PERSONAL = {
    "sales.Order": "customer_email customer_firstname customer_lastname customer_note",
    "sales.OrderAddress": (
        "firstname lastname company street city region region_code postcode telephone fax email"
    ),
    "sales.QuoteAddress": (
        "firstname lastname company street city region region_code postcode telephone fax email"
    ),
    "sales.Quote": "customer_email customer_note",
    "sales.OrderStatusHistory": "comment",
    "sales.CreditMemoComment": "comment",
    "sales.ShipmentComment": "comment",
    "mail.OutgoingMail": "recipient subject text html",
    "webhooks.WebhookEvent": "body",
    "request_queue.Request": "request_body response_body",
    "auth.User": "first_name last_name email",
    "exports.ExportLine": "call answer",
    "file_transfer.FileImportLine": "text",
}
# What everybody in the admin may post: signing in and out, one's own account and views, searches,
# and files of the lists that one sees.
OWN = (
    "sign_in",
    "admin:login",
    "admin:password_change",
    "grid_views:save",
    "admin:file_transfer_listexport_make",
    "two_factor_setup",
    "two_factor_codes",
    "two_factor_off",
    "dashboard_dismiss",
)


def mark_people() -> None:
    """Put the mark into every column that tells of people."""
    for label, names in PERSONAL.items():
        table = apps.get_model(label)._meta.db_table
        for name in names.split():
            column = apps.get_model(label)._meta.get_field(name)
            value: str | bytes = MARK
            if isinstance(column, models.BinaryField):
                value = f"<a><name>{MARK}</name></a>".encode()
            elif name == "body":
                value = f'{{"name": "{MARK}"}}'
            if column.max_length and column.max_length < len(MARK):
                continue
            with connection.cursor() as cursor:
                cursor.execute(f'UPDATE "{table}" SET "{column.column}" = %s', [value])


def supporter() -> User:
    user = make_user()
    user.groups.set(Group.objects.filter(name=SUPPORT))
    return user


@pytest.fixture(scope="module")
def walk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Any]]:
    """Every address of the admin, asked for and posted to by the role.

    What it is refused, and pages about people, an operator asks for, too.
    """
    with django_db_blocker.unblock(), undone():
        forget()
        fill_every_page()
        mark_people()
        client, other = Client(raise_request_exception=False), Client()
        client.force_login(supporter())
        operator = make_user()
        operator.groups.set(Group.objects.filter(name=OPERATOR))
        other.force_login(operator)
        found = []
        for name, pattern in patterns():
            if name not in APART:
                url = address(name, pattern)
                got = asked(client, "get", name, url)
                with CaptureQueriesContext(connection) as statements:
                    posted = asked(client, "post", name, url)
                posted.writes = [each["sql"] for each in statements if _writes(each["sql"])]
                is_compared = got.status_code == 403 or name in SHOW_PEOPLE
                seen = asked(other, "get", name, url) if is_compared else None
                found.append((name, url, got, posted, seen))
        yield found
    forget()


def _writes(sql: str) -> bool:
    """Tell whether a statement changes anything but what a look leaves behind.

    That is the session, and the problem that nothing runs, which whoever looks raises.
    """
    is_change = sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
    return is_change and not re.search("django_session|problems_problem", sql)


def content(answer: Any) -> str:
    """Return all that an answer says, streamed or not."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace") + str(dict(answer.headers))


@pytest.mark.slow
def test_no_page_file_or_answer_shows_it_anybody_s_data(walk):
    told = [name for name, _, got, posted, _ in walk if MARK in content(got) + content(posted)]
    seen = {name for name, _, _, _, other in walk if other and MARK in content(other)}

    assert told == []
    # The marks are there to be seen, by whoever may.
    assert seen >= SHOW_PEOPLE


@pytest.mark.slow
def test_it_opens_every_page_that_can_only_be_looked_at(walk):
    closed = [
        name
        for name, _, got, _, other in walk
        if got.status_code == 403 and other.status_code == 200 and not got.streaming
    ]

    assert [name for name in closed if name.endswith(("changelist", "change"))] == []


@pytest.mark.slow
def test_it_acts_nowhere(walk):
    writes = {name: posted.writes for name, _, _, posted, _ in walk if name not in OWN}

    assert {name: found for name, found in writes.items() if found} == {}


def test_its_rights_only_read():
    role = Group.objects.get(name=SUPPORT)
    rows = role.permissions.values_list("content_type__app_label", "codename")

    assert rows
    assert [row for row in rows if not is_reading(".".join(row))] == []


@pytest.fixture
def order() -> Order:
    order = make_order(increment_id="000000077")
    make_address(order)
    mark_people()
    return order


def test_rest_and_soap_answer_it_with_masks(client, order):
    token = {"Authorization": f"Bearer {grant_token(supporter())}"}

    answer = client.get(f"/rest/V1/orders/{order.pk}", headers=token)
    listed = client.get("/rest/V1/orders?searchCriteria[pageSize]=5", headers=token)

    assert (answer.status_code, listed.status_code) == (200, 200)
    assert answer.json()["increment_id"] == "000000077"
    assert answer.json()["customer_email"] == "******"
    assert MARK not in answer.content.decode() + listed.content.decode()


@pytest.mark.parametrize("field", ["customer_email", "remote_ip", "customer_note"])
def test_what_it_does_not_see_it_cannot_search_or_sort_by(client, order, field):
    extra = {"remote_ip": MARK, "ext_order_id": "ERP-7", "customer_id": 7}
    Order.objects.filter(pk=order.pk).update(extra=extra)
    headers = {"Authorization": f"Bearer {grant_token(supporter())}"}
    one = "searchCriteria[filter_groups][0][filters][0]"

    def answer(query):
        return client.get(f"/rest/V1/orders?{query}", headers=headers)

    assert answer(f"{one}[field]={field}&{one}[value]={MARK}").status_code == 400
    assert answer(f"searchCriteria[sortOrders][0][field]={field}").status_code == 400
    for known, value in (("ext_order_id", "ERP-7"), ("customer_id", 7), ("entity_id", order.pk)):
        found = answer(f"{one}[field]={known}&{one}[value]={value}").json()
        assert [each["entity_id"] for each in found["items"]] == [order.pk], known


def test_whoever_has_the_right_reads_on_as_before(client, order):
    reader = make_user("reader", rights=[ORDERS_VIEW, "sales.see_people"])
    token = {"Authorization": f"Bearer {grant_token(reader)}"}

    answer = client.get(f"/rest/V1/orders/{order.pk}", headers=token)

    assert answer.json()["customer_firstname"] == MARK


def test_a_list_s_file_is_masked_to_its_last_row(client, order):
    client.force_login(supporter())

    for kind in ("csv", "xlsx"):
        answer = client.get(f"/admin/sales/order/download/{kind}/")
        assert MARK.encode() not in b"".join(answer.streaming_content)


def test_a_mask_is_never_written_over_what_it_hides(order):
    with hiding(hidden=True):
        found = OrderAddress.objects.get(order=order)
        assert found.firstname == "******"
        with pytest.raises(PermissionDenied), transaction.atomic():
            found.save()

    assert OrderAddress.objects.get(order=order).firstname == MARK
