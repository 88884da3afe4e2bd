"""A list is never empty because it was not read: it is stored exactly, or all is refused."""

from collections.abc import Sequence

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderflow_bridge.access.rights import PRODUCTS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_user
from tests.soapapi.lists import (
    COMPLETE,
    EMPTY,
    ENCODED,
    LINES,
    LISTS,
    Form,
    Line,
    ListArgument,
)
from tests.soapapi.posting import (
    ADDRESS,
    LEGACY,
    NUMBER,
    PRODUCTS,
    QUANTITY,
    SEQUENCE,
    call,
    fault,
    legacy_call,
    post,
    refused,
    result,
    stock,
)
from tests.soapapi.unreadable_lists import UNREADABLE

every_list = pytest.mark.parametrize(
    "what", LISTS, ids=lambda what: f"{what.call[-25:]}-{what.name}"
)
LENGTHS = (2, 12)


def _send(client: Client, token: str, what: ListArgument, form: Form, lines: Sequence[Line]) -> str:
    """Send a call with the list in a form; return the refusal's reason, "" if it is accepted."""
    Request.objects.all().delete()
    arguments, besides = form(what, lines)
    response = post(client, what.message(arguments, besides, token=token), what.address)
    if response.status_code != 200:
        return refused(response)
    assert result(response) == "Success - Message 71 Received"
    return ""


def _stored(what: ListArgument) -> list[Line]:
    return what.stored(list(Request.objects.get().lines))


@every_list
@pytest.mark.parametrize("length", LENGTHS)
def test_a_list_is_stored_exactly(
    client: Client, token: str, what: ListArgument, length: int
) -> None:
    lines = LINES[:length]

    for name, form in COMPLETE.items():
        assert _send(client, token, what, form, lines) == "", name
        assert _stored(what) == what.shown(lines), name


@every_list
@pytest.mark.parametrize("length", LENGTHS)
def test_an_encoded_list_is_read_at_the_magento_1_address_and_refused_at_the_other(
    client: Client, token: str, what: ListArgument, length: int
) -> None:
    lines = LINES[:length]

    for name, form in ENCODED.items():
        reason = _send(client, token, what, form, lines)
        if what.is_legacy:
            assert reason == "", name
            assert _stored(what) == what.shown(lines), name
        else:
            assert "must be a list of" in reason or "refers to another element" in reason, name


@every_list
def test_a_list_that_cannot_be_read_is_refused(
    client: Client, token: str, what: ListArgument
) -> None:
    for name, form in UNREADABLE.items():
        assert _send(client, token, what, form, LINES[:2]), name


@every_list
def test_a_list_without_lines_is_stored_only_where_it_may_have_none(
    client: Client, token: str, what: ListArgument
) -> None:
    is_despatch = what.stored.__name__ in ("_units", "_tracks")

    for name, form in EMPTY.items():
        reason = _send(client, token, what, form, [])
        if is_despatch or (what.stored.__name__ == "_sequences" and name in ("empty", "blank")):
            assert reason == "", name
            assert _stored(what) == [], name
        else:
            assert "is required" in reason or "has no lines" in reason, name


@every_list
def test_a_call_is_taken_at_its_own_address_only(
    client: Client, token: str, what: ListArgument
) -> None:
    other = ADDRESS if what.is_legacy else LEGACY
    for form in (COMPLETE["item"], ENCODED["named after the list"]):
        arguments, besides = form(what, LINES)
        assert refused(post(client, what.message(arguments, besides, token=token), other))


def test_the_refusal_names_the_list(client: Client, token: str) -> None:
    quantities = QUANTITY.replace("item>", "Item>")

    reason = refused(post(client, stock(quantities + SEQUENCE + NUMBER, token=token)))

    assert reason == '"productQtys" must be a list of "item" elements; it holds "Item".'


@pytest.mark.parametrize(("skus_qty", "sku_qty"), [("", "<x/>"), ("<x/>", "")])
def test_of_two_spellings_the_one_with_lines_counts(
    client: Client, token: str, skus_qty: str, sku_qty: str
) -> None:
    line = "<x><key>A</key><value>5</value></x>"
    arguments = (
        f"<sessionId>{token}</sessionId><skusQty>{skus_qty.replace('<x/>', line)}</skusQty>"
        f"<skuQty>{sku_qty.replace('<x/>', line)}</skuQty><skuSeqId/>{NUMBER}"
    )

    result(post(client, legacy_call("orderflowInventoryMultiUpdate", arguments), LEGACY))

    assert Request.objects.get().lines == [["A", "5", None, None, None]]


def test_lines_in_both_spellings_are_refused(client: Client, token: str) -> None:
    line = "<x><key>A</key><value>5</value></x>"
    arguments = (
        f"<sessionId>{token}</sessionId><skusQty>{line}</skusQty><skuQty>{line}</skuQty>"
        f"<skuSeqId/>{NUMBER}"
    )

    response = post(client, legacy_call("orderflowInventoryMultiUpdate", arguments), LEGACY)

    assert refused(response) == '"skusQty" is given twice, in two spellings.'


def test_a_magento_1_despatch_needs_its_message_id(client: Client, token: str) -> None:
    arguments = f"<sessionId>{token}</sessionId><orderIncrementId>5</orderIncrementId>"

    response = post(client, legacy_call("orderflowShipmentCreate", arguments), LEGACY)

    assert fault(response) == ("6", '"messageSeqId" is required. Enter and try again.')
    assert refused(response)


@pytest.mark.parametrize(
    "criteria",
    [
        "<filterGroups><filterGroup/></filterGroups>",
        "<filterGroups><item><filters><filter/></filters></item></filterGroups>",
        "<filterGroups>sku=24-MB01</filterGroups>",
        "<filterGroups/><filterGroups><item/></filterGroups>",
        "<filterGroups/><sortOrders><sort/></sortOrders>",
    ],
)
def test_a_search_whose_filters_cannot_be_read_is_refused(
    client: Client, db: None, criteria: str
) -> None:
    reader = grant_token(make_user(rights=[PRODUCTS_VIEW]))
    criteria = f"<searchCriteria>{criteria}</searchCriteria>"

    reason = refused(post(client, call(PRODUCTS, "GetList", criteria, token=reader)))

    assert '"item" elements' in reason or "holds a text" in reason or "given twice" in reason


_TAGS = st.sampled_from(["item", "Item", "skuQty", "productQtys", "entry"])
_WRAPPED = st.sampled_from(["{}", "<item>{}</item>", "<list>{}</list>", "<!-- x -->{}", "{}text"])
_PLACES = st.sampled_from(["here", "elsewhere", "field elsewhere"])


@given(
    what=st.sampled_from(LISTS),
    members=st.lists(st.tuples(_TAGS, _PLACES, _WRAPPED), min_size=1, max_size=12),
    around=_WRAPPED,
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_acknowledged_is_stored(
    client: Client,
    token: str,
    what: ListArgument,
    members: list[tuple[str, str, str]],
    around: str,
) -> None:
    lines = LINES[: len(members)]
    items, besides = [], []
    for number, (line, (tag, place, wrapped)) in enumerate(zip(lines, members, strict=True)):
        item = what.item(line, tag)
        if place == "elsewhere":
            item = f'<{tag} href="#i{number}"/>'
            besides.append(f'<m id="i{number}">{what.members(line)}</m>')
        elif place == "field elsewhere":
            item = item.replace(f">{line[0]}<", f' href="#i{number}"><', 1)
            besides.append(f'<m id="i{number}">{line[0]}</m>')
        items.append(wrapped.format(item))
    content = around.format("".join(items))

    reason = _send(client, token, what, lambda *_: (what.written(content), "".join(besides)), lines)

    assert reason or _stored(what) == what.shown(lines)
