"""Replaying a message: through its own endpoint, as a new request, with a preview."""

import orjson
import pytest
from django.contrib.auth.models import Permission

from imports.models import ImportRequest
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.repairs.services import WAITS_ALREADY
from orderflow_bridge.request_queue.models import Request
from tests.admin.samples import make_operator
from tests.factories import make_order, make_product, make_request, make_source_item
from tests.restapi.test_orderflow import INVENTORY, SHIPMENT
from tests.snapshots import LOOKING, snapshot
from tests.soapapi.posting import despatch, recorded, stock

pytestmark = pytest.mark.django_db

PASTE = "/admin/imports/importrequest/replay/"


@pytest.fixture
def original():
    """A stock message that was stored as it came, and applied."""
    make_source_item("24-MB01", 5)
    request = make_request(
        message_id=71,
        lines=[["24-MB01", "90", None, "507", None]],
        request_body=stock(token="s3cret"),
    )
    process_imports(Entity.INVENTORY)
    return request


def page_of(request):
    return f"/admin/imports/importrequest/{request.pk}/replay/"


def newest():
    return Request.objects.latest("pk")


def test_the_request_offers_a_replay_and_shows_the_message_without_its_token(boss, original):
    record = boss.get(f"/admin/imports/importrequest/{original.pk}/change/").content.decode()
    page = boss.get(page_of(original)).content.decode()

    assert page_of(original) in record
    assert "&lt;sku&gt;24-MB01&lt;/sku&gt;" in page
    assert "s3cret" not in page


def test_a_replayed_message_is_a_new_request_with_the_same_lines(boss, original):
    message = boss.get(page_of(original)).context["form"].initial["message"]

    answer = boss.post(page_of(original), {"message": message}, follow=True)

    new = newest()
    assert new.pk != original.pk
    assert (new.message_id, new.lines) == ("71", original.lines)
    assert new.received_by == "boss (replay)"
    assert new.processed_at is None
    assert "The message has been submitted again." in answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"/admin/imports/importrequest/{new.pk}/change/"


def test_a_message_replayed_as_it_was_is_a_duplicate(boss, original):
    boss.post(page_of(original), {"message": stock().decode()})

    process_imports(Entity.INVENTORY)

    assert newest().imports.get().duplicates == 1


def test_a_corrected_message_is_applied(boss, original):
    text = stock().decode().replace("<qty>90<", "<qty>80<").replace("507", "508")

    boss.post(page_of(original), {"message": text})
    process_imports(Entity.INVENTORY)

    assert newest().imports.get().successes == 1


def test_a_preview_tells_what_would_change_and_leaves_nothing(boss, original):
    text = stock().decode().replace("<qty>90<", "<qty>80<").replace("507", "508")
    before = snapshot(without=LOOKING)

    page = boss.post(page_of(original), {"message": text, "preview": "1"}).content.decode()

    assert "90 → 80" in page
    assert "&lt;qty&gt;80&lt;" in page
    assert snapshot(without=LOOKING) == before


def test_a_preview_shows_what_differs_from_the_original(boss, original):
    text = boss.get(page_of(original)).context["form"].initial["message"]

    changed = text.replace("<qty>90<", "<qty>80<")
    page = boss.post(page_of(original), {"message": changed, "preview": "1"})
    same = boss.post(page_of(original), {"message": text, "preview": "1"})

    lines = [(kind, line.strip()) for kind, line in page.context["difference"] if kind in "+-"]
    assert lines == [("-", "<qty>90</qty>"), ("+", "<qty>80</qty>")]
    assert "the message is sent again as it came" in same.content.decode()


def test_a_despatch_is_previewed_with_its_shipment(boss):
    make_order(items=[("24-MB01", 1)], increment_id="000000005")
    text = despatch(
        "<orderIncrementId>000000005</orderIncrementId><messageSeqId>38</messageSeqId>"
    ).decode()

    page = boss.post(PASTE, {"message": text, "preview": "1"}).content.decode()

    assert "1 × 24-MB01" in page
    assert "Processing → Complete" in page


@pytest.mark.parametrize(("message", "entity"), [(INVENTORY, 3), (SHIPMENT, 4)])
def test_a_json_message_goes_through_rest(boss, message, entity):
    boss.post(PASTE, {"message": orjson.dumps(message).decode()})

    assert ImportRequest.objects.get().message_id == str(message["messageSeqId"])


def test_a_magento_1_message_goes_through_its_address(boss):
    text = recorded("a_magento_1_despatch_message", token="x").decode()

    boss.post(PASTE, {"message": text})

    assert ImportRequest.objects.get().entity == Entity.SHIPMENT


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("rubbish", "Invalid XML"),
        ("<a/>", "the message is not a SOAP envelope"),
        ("{", "Decoding error"),
        ("[1]", "the body must be an object"),
        ("{}", "Only stock and despatch messages can be submitted again."),
        ('{"productQtys": []}', "is required"),
        (stock("").decode(), "is required"),
        (recorded("the_guides_login_message").decode(), "Only stock and despatch messages"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
    ],
)
def test_what_is_no_message_is_refused_in_its_addresss_words_and_not_lost(boss, message, why):
    answer = boss.post(PASTE, {"message": message}).content.decode()
    preview = boss.post(PASTE, {"message": message, "preview": "1"}).content.decode()

    assert why in answer
    assert why in preview
    assert not ImportRequest.objects.exists()


def test_a_second_click_submits_nothing_more(boss):
    make_product("24-MB01")
    boss.post(PASTE, {"message": stock().decode()})

    answer = boss.post(PASTE, {"message": stock().decode()}).content.decode()

    assert WAITS_ALREADY in answer
    assert ImportRequest.objects.count() == 1


def test_a_message_too_long_to_be_edited_is_submitted_as_it_is(boss):
    body = stock() + b"<!--" + b"x" * 250_000 + b"-->"
    original = make_request(message_id=71, request_body=body)

    page = boss.get(page_of(original)).content.decode()
    boss.post(page_of(original))

    assert "too many to be edited here" in page
    assert newest().lines == [["24-MB01", "90", None, "507", None]]


def test_replaying_takes_a_right_of_its_own(viewer, client, original):
    for address in (page_of(original), PASTE):
        assert viewer.get(address).status_code == 403
        assert viewer.post(address, {"message": stock().decode()}).status_code == 403

    operator = make_operator("operator", "view")
    operator.user_permissions.add(Permission.objects.get(codename="replay_importrequest"))
    client.force_login(operator)
    assert client.get(page_of(original)).status_code == 200
    assert client.get(PASTE).status_code == 200


def test_the_list_offers_to_submit_a_message_to_those_who_may(boss, viewer):
    address = "/admin/imports/importrequest/"

    assert f'href="{PASTE}"' in boss.get(address).content.decode()
    assert f'href="{PASTE}"' not in viewer.get(address).content.decode()


def test_a_request_that_is_gone_cannot_be_replayed(boss):
    answer = boss.get("/admin/imports/importrequest/0/replay/", follow=True).content.decode()

    assert "This request no longer exists." in answer
