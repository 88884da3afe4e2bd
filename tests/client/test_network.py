"""Certificates and proxies: a setting decides, or else the usual environment variables."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from orderflow_bridge.client import (
    Credentials,
    Network,
    OrderFlowClient,
    Timeouts,
    TransportError,
)
from tests.client.relays import Proxy
from tests.configuration.servers import badly_certified
from tests.fakes import FakeOrderFlow

NAMED = "http://orderflow.example/web/"
VARIABLES = (
    "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
    "http_proxy", "https_proxy", "all_proxy", "no_proxy",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def call(endpoint: str, network: Network | None = None) -> None:
    """Make a call."""
    account = Credentials(endpoint, "u", "p", "o", "c")
    with OrderFlowClient(account, timeouts=Timeouts(2, 2, 5), network=network) as client:
        client.notify_product_modified("A-1")


def test_a_companys_own_certificate_is_refused_unless_it_is_trusted(tmp_path: Path):
    with badly_certified(tmp_path) as fake:
        with pytest.raises(TransportError, match="TLS failed"):
            call(fake.endpoint)
        assert fake.heard == []

        path = tmp_path / "server.pem"
        call(fake.endpoint, Network.chosen(fake.endpoint, ca_certificates=str(path)))
        call(fake.endpoint, Network.chosen(fake.endpoint, ca_certificates=path.read_text()))
        assert len(fake.heard) == 2


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_names_the_certificates(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with badly_certified(tmp_path) as fake:
        monkeypatch.setenv(variable, str(tmp_path / "server.pem"))

        call(fake.endpoint)

    assert len(fake.heard) == 1


def test_certificates_that_are_not_there_are_told_by_name(tmp_path: Path):
    path = tmp_path / "gone.pem"
    with pytest.raises(ValueError, match=r"gone\.pem .*No such file"):
        call("https://of.example/", Network.chosen("https://x/", ca_certificates=str(path)))
    path.write_text("nothing")
    with pytest.raises(ValueError, match="no certificate in PEM form"):
        call("https://of.example/", Network.chosen("https://x/", ca_certificates=str(path)))


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_the_environment_names_the_proxy(
    variable: str, orderflow: FakeOrderFlow, monkeypatch: pytest.MonkeyPatch
):
    with Proxy(orderflow).running() as proxy:
        # urllib takes small letters first; capitals alone are what companies set.
        monkeypatch.setenv(variable, proxy.url.removeprefix("http://"))

        call(NAMED)

    [asked] = proxy.asked
    assert asked.startswith("POST http://orderflow.example/web/remotewarehouse/")
    assert len(orderflow.heard) == 1


def test_no_proxy_keeps_a_host_from_the_proxy(
    orderflow: FakeOrderFlow, monkeypatch: pytest.MonkeyPatch
):
    with Proxy(orderflow).running() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "orderflow.invalid,.example")
        with pytest.raises(TransportError, match="host name is unknown"):
            call("http://orderflow.invalid/web/")
        call(orderflow.endpoint)
        call(orderflow.endpoint.replace("127.0.0.1", "localhost"))
    assert proxy.asked == []
    assert len(orderflow.heard) == 2


def test_a_setting_stands_over_the_environment(
    orderflow: FakeOrderFlow, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "*")
    with Proxy(orderflow).running() as proxy:
        call(NAMED, Network.chosen(NAMED, proxy=proxy.url))
        call(orderflow.endpoint, Network.chosen(orderflow.endpoint, proxy="direct"))

    assert len(proxy.asked) == 1
    assert len(orderflow.heard) == 2


def test_https_goes_through_the_proxy_as_a_tunnel_with_the_proxys_login(tmp_path: Path):
    login = "Basic " + b64encode("büro:pä:ss@€".encode()).decode()
    with badly_certified(tmp_path) as fake, Proxy(fake, login=login).running() as proxy:
        settings: dict[str, Any] = {
            "ca_certificates": str(tmp_path / "server.pem"),
            "proxy": proxy.url,
        }
        network = Network.chosen(fake.endpoint, **settings, proxy_login="büro:pä:ss@€")
        call(fake.endpoint, network)

        with pytest.raises(TransportError, match="407 Proxy Authentication Required") as refused:
            call(fake.endpoint, Network.chosen(fake.endpoint, **settings))

    assert not refused.value.is_ambiguous
    assert proxy.url in str(refused.value)
    assert proxy.asked[0].startswith("CONNECT 127.0.0.1:")
    assert len(fake.heard) == 1
    assert "Proxy-Authorization" not in fake.heard[0].headers
    assert "pä:ss" not in repr(network)


def test_a_proxy_that_is_down_is_named():
    with pytest.raises(
        TransportError, match=r"the proxy http://127.0.0.1:9 .*refuses connections"
    ) as caught:
        call(NAMED, Network.chosen(NAMED, proxy="http://127.0.0.1:9"))

    assert not caught.value.is_ambiguous


@pytest.mark.parametrize(
    "proxy", ["proxy.example", "socks5://proxy:1080", "http://", "http://p:0", "http://p/path"]
)
def test_what_is_no_http_proxy_is_refused_in_words(proxy: str):
    with pytest.raises(ValueError, match="is not the address of an HTTP proxy"):
        Network.chosen(NAMED, proxy=proxy)
