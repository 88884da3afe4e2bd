"""The OrderFlow account, whom to alert, and what the admin shows."""

from dataclasses import dataclass

from django.core.validators import validate_email

from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.configuration.declarations import Scope, Section, setting
from orderflow_bridge.configuration.kinds import Certificates, Count, OneOf, Secret, Text, YesNo
from orderflow_bridge.configuration.validators import (
    validate_endpoint,
    validate_login,
    validate_proxy,
    validate_receiver,
    validate_username,
)
from orderflow_bridge.formats import LANGUAGES

_LONGEST_WAIT = 600


@dataclass(frozen=True)
class Api(Section, title=_("API Settings"), prefix="orderflow_api/settings"):
    """How to reach OrderFlow (guide, "API Settings")."""

    endpoint: str = setting(
        _("Endpoint"),
        Text(validate_endpoint),
        help_text=_(
            "The base OrderFlow API URL to which the bridge sends messages, with the server"
            " and the context path, for example https://demo.orderflow-wms.co.uk/web/."
        ),
        default="",
        scope=Scope.WEBSITE,
    )
    username: str = setting(
        _("Username"),
        Text(validate_username),
        help_text=_("The OrderFlow user configured to receive the bridge's requests."),
        default="",
        scope=Scope.WEBSITE,
    )
    password: str = setting(
        _("Password"),
        Secret(),
        help_text=_("The password for the above user."),
        default="",
        scope=Scope.WEBSITE,
    )
    organisation: str = setting(
        _("Organisation"),
        Text(),
        help_text=_(
            "The identifier, in OrderFlow, of an organisation to which the above user has access."
        ),
        default="",
        scope=Scope.WEBSITE,
    )
    channel: str = setting(
        _("Channel"),
        Text(),
        help_text=_(
            "The identifier, in OrderFlow, of a sales channel of the above organisation. By"
            " convention it is named magento."
        ),
        default="",
        scope=Scope.WEBSITE,
    )
    connect_timeout: int = setting(
        _("Connection Time-out (seconds)"),
        Count(most=_LONGEST_WAIT),
        help_text=_("How long to wait until OrderFlow accepts a connection."),
        default=5,
        scope=Scope.WEBSITE,
    )
    read_timeout: int = setting(
        _("Answer Time-out (seconds)"),
        Count(most=_LONGEST_WAIT),
        help_text=_("How long to wait for the beginning of an answer, and for each part of it."),
        default=30,
        scope=Scope.WEBSITE,
    )
    total_timeout: int = setting(
        _("Longest Answer (seconds)"),
        Count(most=_LONGEST_WAIT),
        help_text=_(
            "A call that takes longer than this in all, from looking the server's name up to"
            " the end of the answer, counts as failed."
        ),
        default=60,
        scope=Scope.WEBSITE,
    )
    ca_certificates: str = setting(
        _("CA Certificates"),
        Certificates(),
        help_text=_(
            "The authorities to trust instead of the well-known ones, if OrderFlow's"
            " certificate comes from your own: the full path of a file, or the certificates"
            " themselves in PEM form. Without a value, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or"
            " SSL_CERT_FILE of the environment decide."
        ),
        default="",
        scope=Scope.WEBSITE,
    )
    proxy: str = setting(
        _("Proxy"),
        Text(validate_proxy),
        help_text=_(
            "The HTTP proxy that leads to OrderFlow, for example http://proxy.example:3128, or"
            " direct for none. Without a value, HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the"
            " environment decide."
        ),
        default="",
        scope=Scope.WEBSITE,
    )
    proxy_login: str = setting(
        _("Proxy Login"),
        Secret(validate_login),
        help_text=_("If the proxy above wants one: name and password with a colon between."),
        default="",
        scope=Scope.WEBSITE,
    )
    parallel_calls: int = setting(
        _("Parallel Calls"),
        Count(most=64),
        help_text=_("How many products or orders OrderFlow is told about at the same time."),
        default=8,
        scope=Scope.WEBSITE,
    )
    breaker_threshold: int = setting(
        _("Failures Before A Pause"),
        Count(),
        help_text=_(
            "After so many failed calls in a row the endpoint is left alone for a while, so"
            " that an outage is not mistaken for faulty products and orders."
        ),
        default=5,
        scope=Scope.WEBSITE,
    )
    breaker_cooloff: int = setting(
        _("Pause (seconds)"),
        Count(most=86_400),
        help_text=_("How long the endpoint is left alone before it is tried again."),
        default=60,
        scope=Scope.WEBSITE,
    )


@dataclass(frozen=True)
class Email(Section, title=_("Email Settings"), prefix="orderflow_email/email"):
    """Whom to alert (guide, "Email Settings")."""

    admin_name: str = setting(
        _("Admin Name"),
        Text(),
        help_text=_("The name of the administrator responsible for the installation."),
        default="",
        scope=Scope.WEBSITE,
    )
    admin_email: str = setting(
        _("Admin Email"),
        Text(validate_email),
        help_text=_("The address for email alerts."),
        default="",
        scope=Scope.WEBSITE,
    )
    language: str = setting(
        _("Language Of E-mails"),
        OneOf(LANGUAGES, of=str),
        help_text=_("What alerts and e-mails to customers are written in."),
        default=LANGUAGES[0][0],
        scope=Scope.WEBSITE,
    )


@dataclass(frozen=True)
class AdminInfo(Section, title=_("Admin Information"), prefix="orderflow_admin_info/settings"):
    """Whether OrderFlow's own information is shown in the admin (guide, "Admin Information")."""

    is_enabled: bool = setting(
        _("Enabled"), YesNo(), help_text=_("This option should be left enabled."), default=True
    )


@dataclass(frozen=True)
class ProblemReports(Section, title=_("Problem Reports"), prefix="orderflow_problems/settings"):
    """How people are told of problems (docs/problems.md)."""

    is_enabled: bool = setting(
        _("Enabled"),
        YesNo(),
        help_text=_("Tell the Admin Email, or whom the problem routes name, of problems."),
        default=True,
    )
    digest_minutes: int = setting(
        _("Digest (minutes)"),
        Count(least=0, most=1_440),
        help_text=_(
            "Critical problems are told at once, all others together after so many minutes; 0 tells"
            " them at once, too."
        ),
        default=60,
    )
    remind_hours: int = setting(
        _("Reminder (hours)"),
        Count(most=168),
        help_text=_("A problem that goes on is told again after so many hours."),
        default=24,
    )
    base_url: str = setting(
        _("Base URL"),
        Text(validate_receiver),
        help_text=_(
            "The public address of the bridge, such as https://bridge.example: for links in"
            " e-mails, and where the self-test posts its message to."
        ),
        default="",
    )
