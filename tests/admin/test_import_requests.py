"""The list of import requests and the page of one."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from orderflow_bridge.request_queue.models import Request
from tests.admin.samples import queue_despatch, queue_stock
from tests.factories import make_request

pytestmark = pytest.mark.django_db
LIST = "/admin/imports/importrequest/"


def page(request: Request) -> str:
    return f"{LIST}{request.pk}/change/"


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_an_empty_list_says_what_to_give_orderflow(boss):
    text = boss.get(LIST).content.decode()

    assert "No messages yet" in text
    assert "http://testserver/soap/default" in text


def test_a_search_without_results_offers_a_reset_and_not_the_first_steps(boss):
    make_request(message_id="71")

    text = boss.get(f"{LIST}?q=9999").content.decode()

    assert "No records match" in text
    assert "/soap/default" not in text


def test_the_list_shows_pending_and_processed_requests(boss):
    make_request(message_id="71", processed_at=timezone.now())
    make_request(message_id="72")

    text = boss.get(LIST).content.decode()

    assert text.count(">Process<") == 1
    assert text.count(">View Import Report<") == 1
    assert ">Pending<" in text


@pytest.mark.parametrize(("choice", "shown", "hidden"), [("no", "72", "71"), ("yes", "71", "72")])
def test_the_list_is_filtered_by_pending_and_processed(boss, choice, shown, hidden):
    make_request(message_id="71", processed_at=timezone.now())
    make_request(message_id="72")

    rows = boss.get(f"{LIST}?processed={choice}").context["cl"].result_list

    assert [row.message_id for row in rows] == [shown]


def test_the_list_says_why_a_request_waits(boss):
    retry_at = timezone.now() + timedelta(minutes=5)
    make_request(last_error="OperationalError: disk is full", retry_at=retry_at)
    make_request(claimed_until=timezone.now() + timedelta(minutes=1))

    text = boss.get(LIST).content.decode()

    assert "OperationalError: disk is full (next try " in text
    assert "Being processed now" in text


def test_the_page_is_titled_with_the_message_id(boss):
    request = make_request(message_id="71")

    text = boss.get(page(request)).content.decode()

    assert "Import Request #71" in text
    for tab in ("Information", "Request Lines", "Request Body", "Response Body"):
        assert tab in text


def test_a_request_that_is_gone_leads_back_to_the_list(boss):
    answer = boss.get(f"{LIST}4711/change/")

    assert (answer.status_code, answer.url) == (302, LIST)
    assert texts(answer) == ["This request no longer exists."]


@pytest.mark.parametrize("number", ["x", "1e3", "99999999999999999999999", "<script>"])
def test_an_impossible_address_is_a_request_that_is_gone(boss, number):
    assert boss.get(f"{LIST}{number}/change/").status_code == 302


def test_stock_lines_are_shown_with_their_sequence_ids(boss):
    request = queue_stock("71", [("24-MB01", "90", "507")])

    text = boss.get(page(request)).content.decode()

    assert ">507<" in text
    assert "{&quot;sku&quot;:&quot;24-MB01&quot;,&quot;qty&quot;:&quot;90&quot;" in text


def test_a_despatch_line_is_shown_with_its_message_id_as_sequence_id(boss):
    request = queue_despatch("38", "000000005")

    text = boss.get(page(request)).content.decode()

    assert "&quot;orderIncrementId&quot;:&quot;000000005&quot;" in text


def test_thousands_of_lines_come_in_pages_and_can_be_searched(boss):
    request = queue_stock("71", [(f"SKU-{n}", "1", str(n)) for n in range(5000)])

    first = boss.get(page(request))
    second = boss.get(f"{page(request)}?page=2")
    found = boss.get(f"{page(request)}?q=sku-4711")

    assert "SKU-49&quot;" in first.content.decode()
    assert "SKU-50&quot;" not in first.content.decode()
    assert "SKU-50&quot;" in second.content.decode()
    assert "SKU-4711&quot;" in found.content.decode()
    assert len(first.content) < 300 * 1024


def test_bodies_are_shown_formatted_and_as_received_without_secrets(boss):
    request = queue_stock("71", [("24-MB01", "90", "507")])

    text = boss.get(page(request)).content.decode()

    assert "&lt;sku&gt;&lt;![CDATA[24-MB01]]&gt;&lt;/sku&gt;" in text
    assert "Success - Message 71 Received" in text
    assert "s3cret" not in text


@pytest.mark.parametrize(
    ("processed", "shown"),
    [(False, ["Pending"]), (True, ["Request Unavailable", "Response Unavailable"])],
)
def test_missing_bodies_are_pending_or_unavailable(boss, processed, shown):
    processed_at = timezone.now() if processed else None
    request = make_request(request_body=None, response_body=None, processed_at=processed_at)

    text = boss.get(page(request)).content.decode()

    assert all(words in text for words in shown)
    assert ("Unavailable" in text) == processed


def test_a_request_body_that_is_no_xml_and_no_json_is_unavailable_beside_its_raw_text(boss):
    request = make_request(request_body=b"gone <wrong")

    text = boss.get(page(request)).content.decode()

    assert "Request Unavailable" in text
    assert "gone &lt;wrong" in text


def test_a_long_body_is_cut_on_the_page_and_whole_in_the_download(boss):
    request = make_request(
        request_body=b"<a>" + b"<b>x</b>" * 50_000 + b"<token>s3cret</token></a>"
    )

    answer = boss.get(page(request))
    download = boss.get(f"{LIST}{request.pk}/body/request/")

    assert len(answer.content) < 300 * 1024
    assert "Download the whole body" in answer.content.decode()
    assert download.content.count(b"<b>") == 50_000
    assert b"s3cret" not in download.content
    assert download["Content-Type"].startswith("text/plain")


def test_text_from_outside_is_never_markup(boss):
    request = queue_despatch("<script>alert(1)</script>", "<img src=x>", comment="<svg onload=x>")

    for address in (LIST, page(request), f"{LIST}{request.pk}/process/"):
        text = boss.get(address).content.decode()
        assert "&lt;script&gt;alert(1)" in text
        assert "<script>alert(1)" not in text
        assert "<img src=x>" not in text
        assert "<svg onload" not in text
