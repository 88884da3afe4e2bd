"""A Magento 1 session lives on by being used (docs/contract/soap.md, "The Magento 1 address")."""

from datetime import datetime, timedelta

from orderflow_bridge.access.models import AccessToken

WRITE_AT_MOST_EVERY = timedelta(minutes=1)


def extend_session(
    token_id: int, *, idle_seconds: int, expires_at: datetime, now: datetime
) -> None:
    """Move the end of a session on to `idle_seconds` from now, unless that was done just now."""
    end = now + timedelta(seconds=idle_seconds)
    if end - expires_at >= WRITE_AT_MOST_EVERY:
        AccessToken.objects.filter(pk=token_id, expires_at__lt=end).update(expires_at=end)
