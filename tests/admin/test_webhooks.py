"""System → Webhooks: what was posted, what waits, and another try for what was given up."""

import pytest
from django.contrib.messages import get_messages

from orderflow_bridge.outbox.webhooks.delivery import deliver_webhooks
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from tests.fakes import Answer
from tests.outbox.webhooks.shop import SECRET, Shop, export_state, listen, write_events

pytestmark = pytest.mark.django_db

LIST = "/admin/webhooks/webhookevent/"


@pytest.fixture
def given_up() -> list[WebhookEvent]:
    """Post three events; two are refused and given up."""
    with Shop().running() as shop:
        receiver = listen(shop, max_attempts=1, parallel_calls=1)
        shop.answers = [
            Answer(b"<b>No such order</b>", status=404),
            Answer(status=500),
            Answer(b"thanks"),
        ]
        write_events(receiver, "000000005", "000000006", "000000007")
        deliver_webhooks()
    return list(WebhookEvent.objects.filter(status="given_up").order_by("id"))


def choose(client, ids, **values):
    data = {"action": "requeue_selected", "_selected_action": list(ids), "index": "0"}
    return client.post(LIST, {**data, **values})


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_an_empty_list_says_where_to_switch_them_on(boss):
    text = boss.get(LIST).content.decode()

    assert "No webhooks yet" in text
    assert "System → Webhook Receivers" in text


def test_the_list_tells_what_became_of_each(boss, given_up):
    text = boss.get(LIST).content.decode()

    for words in ("Order exported", "000000005", "Given up", "Delivered", "404 Not Found."):
        assert words in text, words


@pytest.mark.parametrize(
    ("query", "shown"),
    [("?q=000000007", ["000000007"]), ("?status__exact=given_up", ["000000005", "000000006"])],
)
def test_the_list_can_be_searched_and_filtered(boss, given_up, query, shown):
    text = boss.get(f"{LIST}{query}").content.decode()

    found = [each for each in ("000000005", "000000006", "000000007") if f">{each}<" in text]
    assert found == shown


def test_a_record_shows_request_answer_and_attempts_as_text(boss, given_up):
    text = boss.get(f"{LIST}{given_up[0].pk}/change/").content.decode()

    assert given_up[0].event_id in text
    assert "The receiver answered 404 Not Found." in text
    assert "order.exported" in text
    assert "No such order" in text
    assert "<b>No such order</b>" not in text
    assert SECRET not in text


def test_one_is_requeued_after_a_question(boss, given_up):
    address = f"{LIST}{given_up[0].pk}/requeue/"

    question = boss.get(address).content.decode()
    untouched = export_state("000000005")
    answer = boss.post(address)

    assert "Requeue this webhook?" in question
    assert untouched == ("given_up", 1)
    assert texts(answer) == ["1 webhook(s) have been requeued."]
    assert export_state("000000005") == ("waiting", 0)
    assert export_state("000000006") == ("given_up", 1)


def test_many_or_all_of_a_filter_are_requeued_after_a_question(boss, given_up):
    question = choose(boss, [given_up[0].pk], select_across="1")
    untouched = export_state("000000006")
    answer = choose(boss, [given_up[0].pk], select_across="1", confirmed="yes")

    assert "Requeue those of the selected webhooks" in question.content.decode()
    assert untouched == ("given_up", 1)
    assert texts(answer) == ["2 webhook(s) have been requeued."]
    assert export_state("000000007") == ("delivered", 1)


def test_what_was_delivered_is_not_requeued_and_that_is_said(boss, given_up):
    delivered = WebhookEvent.objects.get(status="delivered")

    answer = choose(boss, [delivered.pk], confirmed="yes")

    assert texts(answer)[0].startswith("Nothing was requeued")


def test_somebody_who_may_only_look_cannot_requeue(viewer, given_up):
    status = viewer.post(f"{LIST}{given_up[0].pk}/requeue/").status_code
    choose(viewer, [given_up[0].pk], confirmed="yes")

    assert status == 403
    assert export_state("000000005") == ("given_up", 1)
