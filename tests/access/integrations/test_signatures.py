"""What a signature is over, by the book: the example of RFC 5849, section 3.4.1."""

import hmac
from base64 import b64encode
from hashlib import sha1, sha256
from typing import Any
from urllib.parse import quote

import pytest
from django.test import RequestFactory

from orderflow_bridge.access.integrations.oauth import OauthRefused, check_signature
from orderflow_bridge.access.integrations.signed_requests import signed_request

pytestmark = pytest.mark.django_db

KEY = "j49sk3j29djd&dh893hdasih9"
BASE = (
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%2525"
    "3D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth"
    "_signature_method%3D{method}%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
)


@pytest.fixture(autouse=True)
def _hosts(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["example.com"]


def signed(method: str, signature: str) -> Any:
    """Return the example's request as it arrives, with its parameters in all three places."""
    header = (
        'OAuth realm="Example", oauth_consumer_key="9djdj82h48djs9d2",'
        f' oauth_token="kkk9d7dh3k39sjv7", oauth_signature_method="{method}",'
        ' oauth_timestamp="137131201", oauth_nonce="7d8f3e4a",'
        f' oauth_signature="{quote(signature, safe="")}"'
    )
    request = RequestFactory(headers={"host": "example.com"}).post(
        "/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
        "c2&a3=2+q",
        "application/x-www-form-urlencoded",
        headers={"Authorization": header},
    )
    call = signed_request(request)
    assert call is not None
    return call


@pytest.mark.parametrize(("method", "digest"), [("HMAC-SHA1", sha1), ("HMAC-SHA256", sha256)])
def test_the_example_of_the_rfc_is_right_and_no_other(method: str, digest: Any) -> None:
    base = BASE.format(method=method)
    right = b64encode(hmac.new(KEY.encode(), base.encode(), digest).digest()).decode()
    wrong = b64encode(hmac.new(b"another&key", base.encode(), digest).digest()).decode()

    check_signature(signed(method, right), "j49sk3j29djd", "dh893hdasih9")

    for call, secret in ((signed(method, wrong), "j49sk3j29djd"), (signed(method, right), "x")):
        with pytest.raises(OauthRefused, match="The signature is invalid"):
            check_signature(call, secret, "dh893hdasih9")


@pytest.mark.parametrize("header", ["", "Bearer abc", "Basic abc"])
def test_other_calls_are_not_signed(header: str) -> None:
    request = RequestFactory(headers={"host": "example.com"}).get(
        "/request?a=1", headers={"Authorization": header} if header else {}
    )

    assert signed_request(request) is None


def test_a_parameter_that_is_given_twice_is_refused() -> None:
    request = RequestFactory().get("/request?oauth_nonce=1&oauth_nonce=2&oauth_signature=x")

    with pytest.raises(ValueError, match="twice"):
        signed_request(request)
