"""Judges of configuration values. Each raises ValidationError with a sentence for the operator."""

from ipaddress import ip_network
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

LARGEST_COUNT = 2_147_483_647


def validate_count(value: int, most: int = LARGEST_COUNT) -> None:
    """Refuse anything but 1 … `most`: zero would not mean "no limit" (reference.md F34)."""
    if not 1 <= value <= most:
        raise ValidationError(f"Enter a whole number from 1 to {most}.", code="count")


def validate_endpoint(url: str) -> None:
    """Refuse what is not the address of a web server, such as a bare host name."""
    error = ValidationError(
        "Enter the full address, beginning with https:// or http://, "
        "for example https://demo.orderflow-wms.co.uk/web/.",
        code="endpoint",
    )
    try:
        parts = urlsplit(url)
        port = parts.port  # raises ValueError beyond 65535
    except ValueError:
        raise error from None
    has_space = any(character.isspace() or not character.isprintable() for character in url)
    if parts.scheme not in ("http", "https") or not parts.hostname or has_space or port == 0:
        raise error
    if parts.username is not None or parts.query or parts.fragment:
        raise ValidationError(
            "Give the address only: no login in it, and nothing behind the path.",
            code="endpoint",
        )


def validate_receiver(url: str) -> None:
    """Refuse what is not the address of a web server. A query may be a part of it."""
    if "#" in url:
        raise ValidationError("Give the address without what follows the #.", code="endpoint")
    validate_endpoint(url.partition("?")[0])


def validate_time_zone(name: str) -> None:
    """Refuse a zone that the tz database does not know."""
    if name not in available_timezones():
        raise ValidationError(
            f"“{name}” is not a time zone. Use a name such as Europe/London or UTC.",
            code="time_zone",
        )


def validate_networks(networks: tuple[str, ...]) -> None:
    """Refuse what is neither an IP address nor a network such as 10.0.0.0/8."""
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise ValidationError(
                f"“{network}” is not an IP address or network. "
                "Use 192.0.2.10 or 192.0.2.0/24, separated by commas.",
                code="network",
            ) from None
