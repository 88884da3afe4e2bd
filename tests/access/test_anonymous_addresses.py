"""Legacy clients that call without a token, from listed addresses (docs/contract/soap.md)."""

import pytest

from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, RIGHTS
from orderflow_bridge.access.selectors import GUEST, caller_of
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.configuration.services import write_settings
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def allow(*addresses: str) -> None:
    """List addresses that may call without a token."""
    write_settings(WebServices, {"anonymous_addresses": list(addresses)})


def test_nobody_is_listed_unless_the_shop_says_so() -> None:
    assert caller_of(None, address="127.0.0.1") == GUEST


@pytest.mark.parametrize(
    "address", ["10.1.2.3", "10.1.2.255", "192.168.0.7", "::ffff:192.168.0.7", "2001:db8::5"]
)
def test_a_listed_address_may_import_and_nothing_else(address: str) -> None:
    allow("10.1.2.0/24", "192.168.0.7", "2001:db8::/64")

    caller = caller_of(None, address=address)

    assert caller.username == f"anonymous ({address})"
    assert caller.user_id is None
    assert [right.name for right in RIGHTS if caller.may(right.name)] == [ORDERFLOW_IMPORT]


@pytest.mark.parametrize("address", ["10.1.3.1", "192.168.0.8", "2001:db9::5", "", "unix", None])
def test_another_address_stays_a_guest(address: str | None) -> None:
    allow("10.1.2.0/24", "192.168.0.7", "2001:db8::/64")

    assert caller_of(None, address=address) == GUEST


def test_an_unknown_token_from_a_listed_address_counts_as_none() -> None:
    allow("10.1.2.3")

    assert caller_of("unknown", address="10.1.2.3").may(ORDERFLOW_IMPORT)


def test_a_user_is_known_by_the_token_even_from_a_listed_address() -> None:
    allow("10.1.2.3")
    user = make_user()

    caller = caller_of(grant_token(user), address="10.1.2.3")

    assert caller.user_id == user.pk
    assert not caller.may(ORDERFLOW_IMPORT)
