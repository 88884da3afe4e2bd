"""Incidents: the page lists them all, and what Play and Stop do to OrderFlow's ways."""

import ssl
from decimal import Decimal

import pytest
import requests
from bs4 import BeautifulSoup

from orderflow_bridge.sandbox import sending
from orderflow_bridge.sandbox.certificates import Authority
from orderflow_bridge.sandbox.faults import PUSHES, CertificateKind, PushKind
from orderflow_bridge.sandbox.incidents import INCIDENTS
from orderflow_bridge.sandbox.records import MessageState
from tests.sandbox.conftest import NOWHERE, Running
from tests.sandbox.test_pages import add_order, get, press
from tests.supervisor.servers import ROOT


def rows(running: Running) -> dict[str, BeautifulSoup]:
    """Return the rows of the page by the incident's name."""
    _, page = get(running, "/incidents")
    found = page.select("tbody tr")
    return {row.select_one("input[name=incident]")["value"]: row for row in found}


def test_the_page_says_of_each_what_orderflow_does_and_leads_to_the_shops_problems(running):
    found = rows(running)

    assert list(found) == list(INCIDENTS)
    row = found["never-fetch"]
    assert "never fetches it" in row.text
    assert row.find("a")["href"] == f"{NOWHERE}/admin/problems/problem/?kind=not_fetched"
    assert row.find("button").text == "Play"


@pytest.mark.parametrize("name", INCIDENTS)
def test_every_incident_is_played_and_stopped_also_by_an_empty_warehouse(running, name):
    title = INCIDENTS[name].title
    assert press(running, "play", incident=name).startswith(f"“{title}” is being played.")
    assert rows(running)[name].find("button").text == "Stop"

    assert press(running, "stop", incident=name).startswith(f"“{title}” has ended.")
    assert rows(running)[name].find("button").text == "Play"
    assert not any(running.sandbox.memory.faults.rates.values())


def test_a_second_incident_at_the_same_place_ends_the_first(running):
    press(running, "play", incident="lose-message")
    press(running, "play", incident="unknown-sku")

    assert rows(running)["lose-message"].find("button").text == "Play"
    press(running, "stop", incident="lose-message")
    assert running.sandbox.memory.faults.rates[PUSHES] == {PushKind.UNKNOWN_SKU: 100}


def test_what_is_no_incident_is_said_so(running):
    assert press(running, "play", incident="nothing") == "There is no such incident."


def test_the_docs_have_a_row_for_each():
    page = (ROOT / "docs" / "sandbox.md").read_text()

    assert [name for name in INCIDENTS if f"| `{name}` |" not in page] == []


def test_a_lost_message_counts_as_sent_and_a_forgotten_one_does_not(running):
    running.stock()
    for kind, changed in ((PushKind.LOST, []), (PushKind.FORGOTTEN, ["24-MB01"])):
        running.sandbox.memory.faults.set_rates(PUSHES, {kind: 100})
        running.warehouse.set_stock("24-MB01", running.warehouse.stock["24-MB01"].on_hand + 1)
        assert str(sending.push_changes(running.sandbox)) == ("0 messages sent, 1 lost on purpose.")
        assert running.warehouse.changed_skus() == changed
    assert [one.state for one in running.warehouse.messages] == [MessageState.SENT]


def test_what_is_pushed_is_garbled(running):
    add_order(running)
    said = []
    for kind in (PushKind.NOTHING_LEFT, PushKind.UNKNOWN_SKU):
        running.sandbox.memory.faults.set_rates(PUSHES, {kind: 100})
        sending.push_stock(running.sandbox)
        said.append([(each["sku"], each["qty"]) for each in running.last().shop_message["lines"]])
    running.sandbox.memory.faults.set_rates(PUSHES, {PushKind.TOO_MANY: 100})
    sending.despatch(running.sandbox, "000000005", {"24-MB01": Decimal(1)})

    assert said == [[("24-MB01", "0")], [("24-MB01", "87"), ("NOT-IN-THE-SHOP", "3")]]
    assert running.last().shop_message["units"] == (("24-MB01", "2"),)


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", ""), ("ending-certificate", ""), ("stale-certificate", "certificate has expired")],
)
def test_it_speaks_https_on_the_same_port(running, name, reason):
    if name:
        press(running, "play", incident=name)
    address = running.address.replace("http:", "https:")
    trusted = str(running.sandbox.authority.path)

    if reason:
        with pytest.raises(requests.exceptions.SSLError, match=reason):
            requests.get(address, verify=trusted, timeout=5)
    else:
        assert requests.get(address, verify=trusted, timeout=5).status_code == 200


def test_an_authority_is_kept_and_readable_by_its_owner_only(tmp_path):
    path = tmp_path / "authority.pem"
    Authority(path)
    kept = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600

    context = Authority(path).context(CertificateKind.ENDS_SOON)

    assert path.read_bytes() == kept
    assert isinstance(context, ssl.SSLContext)
