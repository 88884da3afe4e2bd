"""Which address counts as the caller's."""

import pytest

from orderflow_bridge.http.proxies import with_client_address


def address_seen(proxies, forwarded):
    """Return what the application takes for the caller's address."""
    environ = {"REMOTE_ADDR": "172.18.0.1", "HTTP_X_FORWARDED_FOR": forwarded}
    application = with_client_address(lambda env, _: [env["REMOTE_ADDR"].encode()], proxies=proxies)
    return b"".join(application(environ, None)).decode()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "192.0.2.7", "172.18.0.1"),
        (1, "", "172.18.0.1"),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "127.0.0.1, 192.0.2.7", "192.0.2.7"),
        (2, "127.0.0.1, 192.0.2.7, 10.0.0.1", "192.0.2.7"),
        (2, "192.0.2.7", "172.18.0.1"),
        (1, "192.0.2.7:50123", "192.0.2.7"),
        (1, "[2001:db8::7]:50123", "2001:db8::7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "unknown", "172.18.0.1"),
    ],
)
def test_an_address_is_believed_only_from_our_own_proxies(proxies, forwarded, address):
    assert address_seen(proxies, forwarded) == address
