"""The settings that Magento itself has and the bridge needs."""

from dataclasses import dataclass

from django.core.validators import validate_email
from django.db import models

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.declarations import Scope, Section, setting
from orderflow_bridge.configuration.kinds import Count, ListOf, OneOf, Text, TimeZone
from orderflow_bridge.configuration.validators import validate_networks


@dataclass(frozen=True)
class General(Section, title=_("General"), prefix="general", group=_("General")):
    """The shop's time zone and the sender of its e-mails."""

    timezone: str = setting(
        _("Time Zone"),
        TimeZone(),
        help_text=_("The zone of all times in the admin and of the cron expressions."),
        default="UTC",
        path="general/locale/timezone",
    )
    sender_name: str = setting(
        _("Sender Name"),
        Text(),
        help_text=_("The name in the From line of e-mails to customers."),
        default="",
        scope=Scope.WEBSITE,
        path="trans_email/ident_general/name",
    )
    sender_email: str = setting(
        _("Sender Email"),
        Text(validate_email),
        help_text=_("The address in the From line. If empty, the one of the installation is used."),
        default="",
        scope=Scope.WEBSITE,
        path="trans_email/ident_general/email",
    )


class RequiredFor(models.IntegerChoices):
    """Who has to use two-factor login in the admin; everybody else may."""

    NOBODY = 0, _("Nobody")
    ADMINISTRATORS = 1, _("Administrators")
    STAFF = 2, _("Everybody")


@dataclass(frozen=True)
class WebServices(
    Section, title=_("Web Services"), prefix="orderflow_web_services/settings", group=_("Services")
):
    """Who may call the bridge, for how long, and how much at once (docs/contract/rest.md)."""

    token_hours: int = setting(
        _("Access Token Lifetime (hours)"),
        Count(),
        help_text=_("How long an access token is valid after it was granted."),
        default=4,
        path="oauth/access_token_expiration_period/admin",
    )
    session_seconds: int = setting(
        _("Client Session Timeout (seconds)"),
        Count(),
        help_text=_("How long a session of the Magento 1 API is valid after its last call."),
        default=3600,
        path="api/config/session_timeout",
    )
    max_failures: int = setting(
        _("Maximum Login Failures"),
        Count(),
        help_text=_("After so many wrong passwords an account is locked at their address."),
        default=6,
        path="oauth/authentication_lock/max_failures_count",
    )
    lockout_seconds: int = setting(
        _("Lockout Time (seconds)"),
        Count(),
        help_text=_("How long a locked account stays locked."),
        default=1800,
        path="oauth/authentication_lock/timeout",
    )
    second_factor: RequiredFor = setting(
        _("Require Two-Factor Login"),
        OneOf(RequiredFor.choices, of=RequiredFor),
        help_text=_(
            "Who has to enter a code of an authenticator app when logging in to the admin. "
            "Administrators may change users, roles or the configuration."
        ),
        default=RequiredFor.NOBODY,
        path="twofactorauth/general/required_for",
    )
    max_body_bytes: int = setting(
        _("Largest Message (bytes)"),
        Count(),
        help_text=_("Longer messages are refused and not stored."),
        default=8_388_608,
    )
    max_depth: int = setting(
        _("Deepest Nesting"),
        Count(),
        help_text=_("XML nested deeper than this is refused."),
        default=64,
    )
    max_items: int = setting(
        _("Most Lines in a Message"),
        Count(),
        help_text=_("Messages with more lines are refused."),
        default=10_000,
    )
    anonymous_addresses: tuple[str, ...] = setting(
        _("Addresses Without Login"),
        ListOf(validator=validate_networks),
        help_text=_(
            "IP addresses or networks from which legacy clients may call without logging "
            "in, separated by commas. Leave empty to require a login from everybody."
        ),
        default=(),
    )
