"""Judges of configuration values. Each raises ValidationError with a sentence for the operator."""

from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from orderflow_bridge.client import DIRECT, PEM, Reach, Trust, check_proxy, may_be_called

LARGEST_COUNT = 2_147_483_647


def validate_count(value: int, most: int = LARGEST_COUNT, *, least: int = 1) -> None:
    """Refuse anything but `least` … `most`: zero does not mean "no limit" unless it says so."""
    if not least <= value <= most:
        raise ValidationError(
            _("Enter a whole number from %(least)s to %(most)s.") % {"least": least, "most": most},
            code="count",
        )


def validate_endpoint(url: str) -> None:
    """Refuse what is not the address of a web server, such as a bare host name."""
    error = ValidationError(
        _(
            "Enter the full address, beginning with https:// or http://, "
            "for example https://demo.orderflow-wms.co.uk/web/."
        ),
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
            _("Give the address only: no login in it, and nothing behind the path."),
            code="endpoint",
        )
    if not may_be_called(parts.hostname, reaches()):
        raise ValidationError(
            _(
                "%(hostname)s is an address that the bridge may not call. Whoever runs the bridge"
                " decides on that by BRIDGE_MAY_CALL."
            )
            % {"hostname": parts.hostname},
            code="endpoint",
        )


def validate_receiver(url: str) -> None:
    """Refuse what is not the address of a web server. A query may be a part of it."""
    if "#" in url:
        raise ValidationError(_("Give the address without what follows the #."), code="endpoint")
    validate_endpoint(url.partition("?")[0])


def validate_username(name: str) -> None:
    """Refuse what cannot be sent as the user name of HTTP Basic (RFC 7617, section 2)."""
    if ":" in name or not name.isprintable():
        raise ValidationError(
            _(
                "A user name with a colon or a control character cannot be sent to OrderFlow. Give"
                " the user another name there."
            ),
            code="username",
        )


def validate_ca_certificates(text: str) -> None:
    """Refuse what is neither certificates in PEM form nor a file or folder that holds some."""
    if not text.lstrip().startswith(PEM) and not Path(text).is_absolute():
        raise ValidationError(
            _(
                "Enter the full path of a file, such as /etc/ssl/company.pem, or paste certificates"
                " in PEM form, which begin with -----BEGIN CERTIFICATE-----."
            ),
            code="ca_certificates",
        )
    try:
        Trust.chosen(text).context()
    except ValueError as error:
        raise ValidationError(str(error), code="ca_certificates") from error


def validate_proxy(text: str) -> None:
    """Refuse what is neither the address of an HTTP proxy nor the word "direct"."""
    if "@" in text:
        raise ValidationError(_("Give the proxy's login in Proxy Login."), code="proxy")
    if text == DIRECT:
        return
    try:
        check_proxy(text)
    except ValueError as error:
        raise ValidationError(
            _("%(error)s Or enter %(direct)s for none.") % {"error": error, "direct": DIRECT},
            code="proxy",
        ) from error


def validate_login(text: str) -> None:
    """Refuse what is not a name and a password with a colon between them."""
    name, colon, password = text.partition(":")
    if not (name and colon and password) or not text.isprintable():
        raise ValidationError(_("Enter name and password with a colon between."), code="login")


def validate_time_zone(name: str) -> None:
    """Refuse a zone that the tz database does not know."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use a name such as Europe/London or UTC.")
            % {"name": name},
            code="time_zone",
        )


def validate_networks(networks: tuple[str, ...]) -> None:
    """Refuse what is neither an IP address nor a network such as 10.0.0.0/8."""
    for network in networks:
        try:
            ip_network(network)
        except ValueError:
            raise ValidationError(
                _(
                    "“%(network)s” is not an IP address or network. Use 192.0.2.10 or 192.0.2.0/24,"
                    " separated by commas."
                )
                % {"network": network},
                code="network",
            ) from None


def reaches() -> frozenset[Reach]:
    """Return which addresses may be called (BRIDGE_MAY_CALL)."""
    return frozenset(Reach(each) for each in settings.BRIDGE_MAY_CALL)
