"""Signatures are those of the Standard Webhooks scheme."""

from typing import Any

import pytest

from orderflow_bridge.outbox.webhooks.sending import key_of, signature, signed_headers


def test_a_signature_is_the_one_of_the_schemes_own_example() -> None:
    found = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        event_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("whsec_c2VjcmV0", b"secret"),
        ("plain text", b"plain text"),
        ("sécret", "sécret".encode()),
        ("whsec_not base64!", b"whsec_not base64!"),
    ],
)
def test_a_secret_is_base64_after_its_prefix_and_else_the_text_itself(
    secret: str, key: bytes
) -> None:
    assert key_of(secret) == key


@pytest.mark.parametrize("changed", [{"event_id": "msg_2"}, {"timestamp": 2}, {"body": b"{} "}])
def test_whatever_is_changed_changes_the_signature(changed: dict[str, object]) -> None:
    message: dict[str, Any] = {"event_id": "msg_1", "timestamp": 1, "body": b"{}"}

    before, after = (signed_headers("s", **each) for each in (message, {**message, **changed}))

    assert before["webhook-signature"] != after["webhook-signature"]
