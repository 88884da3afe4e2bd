"""One id leads from OrderFlow's call over logs, trace and timeline to what the message changed."""

from decimal import Decimal
from typing import Any

import pytest
import requests
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from exports.cron import export_products_create
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.outbox.webhooks.delivery import deliver_webhooks
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.timeline.search import find, story_url
from tests.exports.shop import make_due_products, make_shop
from tests.factories import make_order, make_product, make_source, make_user
from tests.fakes import FakeOrderFlow
from tests.log_lines import Lines
from tests.outbox.webhooks.shop import Shop, header, listen, website_of
from tests.soapapi.posting import despatch, stock
from tests.tracing.conftest import Trace, parent_of, span_id_of, trace_id_of

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
INVENTORY_JOB = "orderflow_import_inventory_update"
SHIPMENT_JOB = "orderflow_import_shipment_update"


@pytest.fixture
def token(transactional_db: None) -> str:
    """A token of OrderFlow's user, in a shop with a source."""
    make_source()
    return grant_token(make_user("orderflow", rights=[ORDERFLOW_IMPORT]))


@pytest.fixture
def boss(client: Client, transactional_db: None) -> User:
    """A superuser, whose browser is `client`."""
    user = User.objects.create_superuser("boss", "boss@example.com", "secret-12345")
    client.force_login(user)
    return user


def send(bridge: str, body: bytes, **headers: str) -> None:
    """Send a message of OrderFlow's that is accepted."""
    given = {"Content-Type": "text/xml; charset=utf-8", **headers}
    answer = requests.post(f"{bridge}/soap/default", body, headers=given, timeout=20)
    assert "Received" in answer.text


def run(job: str) -> None:
    """Run a job, as a worker does."""
    call_command("jobs", "run", job, verbosity=0)


def test_a_stock_message_is_followed_by_one_id_to_the_stock_it_changed(
    bridge: str, token: str, trace: Trace, log: Lines, boss: User, client: Client
) -> None:
    with Shop().running() as shop:
        make_product("24-MB01").websites.add(website_of(listen(shop)))
        send(bridge, stock(token=token), traceparent=f"00-{TRACE}-{CALLER}-01")
        run(INVENTORY_JOB)
        deliver_webhooks()
        [heard] = shop.heard

    assert SourceItem.objects.get().quantity == Decimal(90)
    [accepted], [applied] = log("message_accepted"), log("message_applied")
    request = Request.objects.get()
    assert accepted["request_id"] == applied["correlation_id"] == request.correlation_id == TRACE
    assert accepted["import_request"] == applied["import_request"] == request.pk

    found = trace(TRACE)
    call, work = found["POST /soap"], found["apply message"]
    assert (parent_of(call), parent_of(work)) == (CALLER, span_id_of(call))
    assert call.attributes["bridge.message_id"] == "71"
    assert call.attributes["http.response.status_code"] == 200
    assert work.attributes["bridge.successes"] == 1
    [linked] = work.links
    assert linked.context == trace("")[f"job {INVENTORY_JOB}"].context
    assert header(heard, "traceparent").split("-")[1] == TRACE
    assert parent_of(found["webhook stock.changed"]) == span_id_of(call)

    story = client.get(story_url("product", "24-MB01")).content.decode()
    assert TRACE in story
    assert (
        TRACE in client.get(f"/admin/imports/importrequest/{request.pk}/change/").content.decode()
    )
    assert [page.title for page in find(TRACE, boss)] == ["Import Request #71"]


def test_a_despatch_is_followed_by_an_id_of_ours_to_its_order(
    bridge: str, token: str, trace: Trace, log: Lines, boss: User, client: Client
) -> None:
    order = make_order(items=[("24-MB01", 1)], increment_id="000000005")
    items = "<skuQty><item><sku>24-MB01</sku><qty>1</qty></item></skuQty>"
    number = "<orderIncrementId>000000005</orderIncrementId>"
    with Shop().running() as shop:
        listen(shop, order.website)
        send(bridge, despatch(f"{number}{items}<messageSeqId>38</messageSeqId>", token=token))
        run(SHIPMENT_JOB)
        deliver_webhooks()
        [heard] = shop.heard

    assert Order.objects.get().status == "complete"
    [accepted], [applied] = log("message_accepted"), log("message_applied")
    known_by = accepted["request_id"]
    assert applied["correlation_id"] == Request.objects.get().correlation_id == known_by
    found = trace(known_by)
    assert found["POST /soap"].parent is None
    assert parent_of(found["apply message"]) == span_id_of(found["POST /soap"])
    assert header(heard, "traceparent").split("-")[1] == known_by
    assert known_by in client.get(story_url("order", "000000005")).content.decode()


def test_a_notification_carries_the_id_of_what_is_exported(trace: Trace, db: None) -> None:
    with FakeOrderFlow().running() as orderflow:
        make_due_products(make_shop(orderflow), 1, sku="24-MB01")
        export_products_create()
        [heard] = orderflow.heard

    request = Request.objects.get()
    found = trace(request.correlation_id)
    call = found["POST /web/remotewarehouse/product/update.xml"]
    _, trace_id, span_id, _ = header(heard, "traceparent").split("-")
    assert (trace_id, span_id) == (request.correlation_id, span_id_of(call))
    assert parent_of(call) == span_id_of(found["announce product"])
    assert found["announce product"].attributes["bridge.reference"] == "24-MB01"
    assert parent_of(found["announce product"]) == span_id_of(found["claim product exports"])


def test_without_telemetry_a_call_carries_nothing_more(db: None) -> None:
    with FakeOrderFlow().running() as orderflow:
        make_due_products(make_shop(orderflow), 1)
        export_products_create()
        [heard] = orderflow.heard

    request = Request.objects.get()
    assert (len(request.correlation_id), request.traceparent) == (32, "")
    assert "traceparent" not in {name.lower() for name in heard.headers}


@pytest.mark.parametrize(
    ("given", "known_by"),
    [
        ({"X-Request-ID": "call-1", "traceparent": f"00-{TRACE}-{CALLER}-01"}, "call-1"),
        ({"traceparent": f"00-{TRACE}-{CALLER}-01"}, TRACE),
        ({"X-Request-ID": TRACE}, TRACE),
        ({"traceparent": f"00-{'0' * 32}-{CALLER}-01"}, None),
        ({"traceparent": "no trace"}, None),
    ],
)
def test_a_page_has_the_id_its_caller_gives(
    trace: Trace, log: Lines, client: Client, given: dict[str, str], known_by: str | None
) -> None:
    client.get("/soap/default?wsdl_list=1", headers=given)

    [line] = log("request_finished")
    [span] = trace("").values()
    assert span.attributes["bridge.correlation_id"] == line["request_id"]
    assert line["request_id"] == known_by or (known_by is None and len(line["request_id"]) == 32)
    # In a trace of another name than the id, lines name both.
    assert line.get("trace_id", line["request_id"]) in ("", trace_id_of(span))
    assert span.name.startswith("GET /")


def test_a_requeued_message_keeps_its_id(
    bridge: str, token: str, client: Client, boss: User, log: Lines
) -> None:
    send(bridge, stock(token=token), **{"X-Request-ID": "call-1"})
    run(INVENTORY_JOB)  # the SKU is unknown, and waits
    make_product("24-MB01")
    run(INVENTORY_JOB)

    ids: Any = Request.objects.values_list("correlation_id", flat=True)
    assert list(ids) == ["call-1", "call-1"]
    assert SourceItem.objects.get().quantity == Decimal(90)
